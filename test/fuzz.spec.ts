import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { type Answer, type Atrium, call, signToken, startAtrium } from './support/atrium.js';
import { type Document, type MadeUp, RequestArbitrary } from './support/openapi-arbitrary.js';

/** FUZZ_RUNS=100000 npm test -- fuzz */
const REQUESTS = Number(process.env['FUZZ_RUNS'] ?? 3_000);
const AT_ONCE = 10;

const TENANTS = ['berlin-mall', 'york-plaza'] as const;
type TenantId = (typeof TENANTS)[number];

/** Only names that the tenant's own requests have given it bear this. */
const MARKERS: Record<TenantId, string> = { 'berlin-mall': 'marker:B5R1', 'york-plaza': 'marker:Y0RK' };

/** What answers have given, of both tenants, to be used on both. */
interface Seen {
  ids: number[];
  cursors: string[];
  etags: string[];
  ownerOf: Map<string, TenantId>;
}

let atrium: Atrium;
let document: Document;
let isValid: (schema: string, value: unknown) => string;
const tokens: string[] = [];

beforeAll(async () => {
  atrium = await startAtrium();
  document = (await call<Document>(atrium.url, '', 'GET', '/openapi.json')).body;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'atrium');
  const compiled = new Map<string, ValidateFunction>();
  isValid = (pointer, value) => {
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `atrium#${pointer}` });
    compiled.set(pointer, validate);
    return validate(value) ? '' : ajv.errorsText(validate.errors);
  };
  for (const claims of [
    { roles: ['editor'], tenants: ['*'] },
    { roles: ['editor'], tenants: ['york-plaza'] },
    { roles: [] },
  ])
    tokens.push(`Bearer ${await signToken(claims)}`);
  tokens.push('', 'Bearer nonsense');
});
afterAll(() => atrium.close());

it(
  `answers ${REQUESTS} made-up requests as the document says, and to each tenant with its own rows`,
  async () => {
    const seen: Seen = { ids: [0], cursors: [''], etags: ['*'], ownerOf: new Map<string, TenantId>() };
    const counts: Record<string, number> = {};

    const authorization = fc.nat(199).map((chance) => tokens[Math.max(0, chance - 195)] ?? '');
    const last = <T>(values: T[], count: number) =>
      fc.nat().map((at) => values[Math.max(0, values.length - 1 - (at % count))] as T);
    const request = fc.oneof(
      ...TENANTS.map((tenant) =>
        fc.record({
          tenant: fc.constant(tenant),
          authorization,
          made: new RequestArbitrary(document, nameOf(tenant), {
            id: last(seen.ids, 20),
            campaignEventId: last(seen.ids, 20),
            after: last(seen.cursors, 50),
            'If-Match': last(seen.etags, 50),
            'Idempotency-Key': fc.nat(300).map((key) => `key-${key}`),
          }).any(),
        }),
      ),
    );

    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (requests) => {
        await Promise.all(
          requests.map(async ({ tenant, authorization, made }) => {
            const { method, path, body, headers } = made;
            const answer = await call<unknown>(atrium.url, tenant, method, path, body, { authorization, ...headers });
            const text = JSON.stringify(answer.body);
            expectOwnRows(tenant, text);
            expectAsDocumented(made, answer);
            // That another tenant's tag fits is as good as another tenant's row.
            if (answer.status === 304) expect(seen.ownerOf.get(headers['if-none-match'] ?? '') ?? tenant).toBe(tenant);
            remember(seen, tenant, answer);
            const kind = `${made.route} ${answer.status}`;
            counts[kind] = (counts[kind] ?? 0) + 1;
          }),
        );
      }),
      { numRuns: Math.ceil(REQUESTS / AT_ONCE) },
    );

    if (process.env['FUZZ_RUNS']) console.log(counts);
    for (const route of routes(document))
      expect(Object.keys(counts).filter((kind) => kind.startsWith(route))).not.toEqual([]);
    const successes = Object.entries(counts).flatMap(([kind, count]) => (/ 2\d\d$/.test(kind) ? [count] : []));
    expect(successes.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(REQUESTS / 4);
  },
  60_000 + REQUESTS * 20,
);

function remember(seen: Seen, tenant: TenantId, { headers, body }: Answer<unknown>): void {
  const etag = headers.get('etag');
  if (etag) seen.ownerOf.set(seen.etags[seen.etags.push(etag) - 1] ?? '', tenant);
  const [id] = /\d+$/.exec(headers.get('location') ?? '') ?? [];
  if (id) seen.ids.push(Number(id));
  const { next } = (body ?? {}) as { next?: unknown };
  if (next) seen.cursors.push(String(next));
}

function nameOf(tenant: TenantId) {
  return fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).map((text) => `${MARKERS[tenant]} ${text}`);
}

function expectOwnRows(tenant: TenantId, text: string): void {
  for (const other of TENANTS) if (other !== tenant) expect(text).not.toContain(MARKERS[other]);
}

function expectAsDocumented({ route, method, path }: MadeUp, { status, headers, body }: Answer<unknown>): void {
  const [, template = ''] = route.split(' ');
  const responses = document.paths[template]?.[method.toLowerCase()]?.responses ?? {};
  if (status === 304) return;
  expect([route, path, Object.keys(responses)]).toEqual([route, path, expect.arrayContaining([String(status)])]);
  const type = status < 300 ? 'application/json' : 'application/problem+json';
  if (status === 204) return;
  expect([path, headers.get('content-type')]).toEqual([path, `${type}; charset=utf-8`]);
  const escaped = template.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');
  const schema = `/paths/${escaped}/${method.toLowerCase()}/responses/${status}/content/${type.replace('/', '~1')}/schema`;
  expect([path, isValid(schema, body)]).toEqual([path, '']);
}

function routes({ paths }: Document): string[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { type Answer, type Atrium, call, signToken, startAtrium } from '../support/atrium.js';
import { type Document, type MadeUp, RequestArbitrary } from '../support/openapi-arbitrary.js';

/** FUZZ_RUNS=100000 npm test -- fuzz */
const REQUESTS = Number(process.env['FUZZ_RUNS'] ?? 3_000);
const AT_ONCE = 10;

const TENANTS = ['berlin-mall', 'york-plaza'] as const;
type TenantId = (typeof TENANTS)[number];

/** Only names that the tenant's own requests have given it bear this. */
const MARKERS: Record<TenantId, string> = { 'berlin-mall': 'marker:B5R1', 'york-plaza': 'marker:Y0RK' };

/** Values from answers of both tenants, to be used on both. */
interface Seen {
  ids: number[];
  webhookIds: number[];
  deliveryIds: number[];
  revisions: number[];
  cursors: string[];
  etags: string[];
  ownerOf: Map<string, TenantId>;
}

let atrium: Atrium;
let document: Document;
let isValid: (schema: string, value: unknown) => string;
const tokens: string[] = [];
let adminToken: string;

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
  adminToken = `Bearer ${await signToken({ roles: ['platform-admin'] })}`;
});
afterAll(() => atrium.close());

it(
  `answers ${REQUESTS} made-up requests as the document says, and to each tenant with its own rows`,
  async () => {
    const seen: Seen = {
      ids: [0],
      webhookIds: [0],
      deliveryIds: [0],
      revisions: [1],
      cursors: [''],
      etags: ['*'],
      ownerOf: new Map(),
    };
    const counts: Record<string, number> = {};
    const request = fc.oneof(...TENANTS.map((tenant) => requestOf(tenant, seen)));
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (requests) => {
        const kinds = await Promise.all(requests.map((one) => sendAndCheck(one, seen)));
        for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
      }),
      { numRuns: Math.ceil(REQUESTS / AT_ONCE) },
    );

    if (process.env['FUZZ_RUNS']) console.log(counts);
    const reached = Object.keys(counts).map((kind) => kind.replace(/ \d+$/, ''));
    expect(reached).toEqual(expect.arrayContaining(routes(document)));
    const successes = Object.entries(counts).flatMap(([kind, count]) => (/ 2\d\d$/.test(kind) ? [count] : []));
    expect(successes.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(REQUESTS / 5);
  },
  60_000 + REQUESTS * 20,
);

interface FuzzRequest {
  tenant: TenantId;
  authorization: string;
  made: MadeUp;
}

function requestOf(tenant: TenantId, seen: Seen): fc.Arbitrary<FuzzRequest> {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).map((text) => `${MARKERS[tenant]} ${text}`);
  const names = fc.constantFrom('Sale', 'Opening');
  const made = new RequestArbitrary(document, name, {
    id: oneOfLast(seen.ids, 20),
    campaignEventId: oneOfLast(seen.ids, 20),
    after: oneOfLast(seen.cursors, 50),
    'If-Match': oneOfLast(seen.etags, 50),
    'Idempotency-Key': fc.nat(300).map((key) => `key-${key}`),
    revision: oneOfLast(seen.revisions, 50),
    at: fc.constantFrom('2030-01-01T00:00:00Z', '2030/01/01 09:00'),
    visibleFrom: fc.constantFrom('2028-01-01T00:00:00Z', '2028/01/01 09:00'),
    imageUrl: fc.webUrl({ validSchemes: ['https'] }),
    linkUrl: fc.webUrl({ validSchemes: ['https'] }),
    tags: fc.constantFrom('food', 'late-night', 'family'),
    tag: fc.constantFrom('food', 'late-night', 'family'),
    'webhooks.id': oneOfLast(seen.webhookIds, 20),
    'webhooks.deliveryId': oneOfLast(seen.deliveryIds, 20),
    'webhooks.url': fc.constant(`https://hooks.example.com/${encodeURIComponent(MARKERS[tenant])}`),
    // Both tenants may see these.
    'tenants.id': fc.constantFrom('made-up-0', 'made-up-1'),
    'tenants.confirm': fc.constantFrom('made-up-0', 'made-up-1'),
    'tenants.name': names,
    'tenants.timeZone': fc.constantFrom('Europe/Berlin', 'Asia/Kolkata'),
    'tenants.languages': fc.constantFrom('en', 'de', 'nl'),
    'rollouts.name': names,
    'rollouts.key': fc.constantFrom('black-friday', 'spring'),
    'rollouts.tenants': fc.constantFrom(...TENANTS),
    'rollouts.startDate': fc.constantFrom('2030-03-01T00:00', '2030/03/01 09:00:00'),
    'rollouts.endDate': fc.constant('2030-03-02T00:00'),
    'rollouts.visibleFrom': fc.constant('2028-01-01T00:00'),
  }).any();
  // Nearly always the right token.
  const authorization = fc.nat(199).map((chance) => tokens[Math.max(0, chance - 195)] ?? '');
  return fc.record({ tenant: fc.constant(tenant), authorization, made });
}

/** Looks at `values` when it is asked, which have grown by then. */
function oneOfLast<T>(values: T[], count: number): fc.Arbitrary<T> {
  return fc.nat().map((at) => values[Math.max(0, values.length - 1 - (at % count))] as T);
}

/** @returns route and status, such as `GET /events 200` */
async function sendAndCheck({ tenant, authorization, made }: FuzzRequest, seen: Seen): Promise<string> {
  const { method, path, body, headers } = made;
  const isOfPlatform = /^\/(tenants|rollouts)/.test(path);
  const token = isOfPlatform && authorization === tokens[0] ? adminToken : authorization;
  const answer = await call<unknown>(atrium.url, tenant, method, path, body, { authorization: token, ...headers });
  const strangers = TENANTS.filter((other) => other !== tenant && JSON.stringify(answer.body).includes(MARKERS[other]));
  // That another tenant's tag fits is as good as another tenant's row.
  const owner = answer.status === 304 ? seen.ownerOf.get(headers['if-none-match'] ?? '') : undefined;
  const request = `${tenant} ${method} ${path}`;
  expect([request, owner ?? tenant, strangers, answer.status < 500]).toEqual([request, tenant, [], true]);
  if (answer.status !== 304) expectAsDocumented(made, answer);
  if (!isOfPlatform) remember(seen, tenant, made.route, answer);
  return `${made.route} ${answer.status}`;
}

function expectAsDocumented({ route, method, path }: MadeUp, { status, headers, body }: Answer<unknown>): void {
  const [, template = ''] = route.split(' ');
  const { responses = {} } = document.paths[template]?.[method.toLowerCase()] ?? {};
  expect([route, path, Object.keys(responses)]).toEqual([route, path, expect.arrayContaining([String(status)])]);
  if (status === 204) return;
  const [success = ''] = Object.keys(responses[String(status)]?.content ?? {});
  const type = status < 300 ? success : 'application/problem+json';
  const pointer = ['paths', template, method.toLowerCase(), 'responses', String(status), 'content', type, 'schema']
    .map((token) => encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  const got = [path, headers.get('content-type'), isValid(`/${pointer}`, body)];
  expect(got).toEqual([path, `${type}; charset=utf-8`, '']);
}

function remember(seen: Seen, tenant: TenantId, route: string, { status, headers, body }: Answer<unknown>): void {
  const etag = headers.get('etag');
  if (etag) seen.ownerOf.set(seen.etags[seen.etags.push(etag) - 1] ?? '', tenant);
  const [, collection, id] = /\/(\w[\w-]*)\/(\d+)$/.exec(headers.get('location') ?? '') ?? [];
  if (id) (collection === 'webhooks' ? seen.webhookIds : seen.ids).push(Number(id));
  const { next, id: deliveryId } = (body ?? {}) as { next?: unknown; id?: unknown };
  if (typeof next === 'string') seen.cursors.push(next);
  if (status === 202 && route.endsWith('/test')) seen.deliveryIds.push(Number(deliveryId));
  const revision = headers.get('x-revision');
  if (revision) seen.revisions.push(Number(revision));
}

function routes({ paths }: Document): string[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

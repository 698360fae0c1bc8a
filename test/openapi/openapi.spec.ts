import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type Atrium, signToken, startAtrium, withQuery } from '../support/atrium.js';
import { exampleOf, type OpenApi, type Operation, operationsOf, readOpenApi } from '../support/openapi.js';
import { createCampaign, createEvent, listChanges } from '../support/rows.js';

// Kept beside package.json, where the tests are started.
const KEPT = JSON.parse(readFileSync('openapi.json', 'utf8')) as OpenApi;
const OPERATIONS = operationsOf(KEPT).map((operation): [string, Operation] => [operation.key, operation]);
const MALL = 'riverside';
const ADMIN = { authorization: `Bearer ${await signToken({ roles: ['platform-admin'] })}` };
const SUSPENDED = { status: 'suspended' };

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(closed(KEPT), 'openapi');

let atrium: Atrium;
beforeAll(async () => {
  atrium = await startAtrium({ DEMO: 'true' });
  // The demo has none of its own. The second one is there to be deleted.
  for (const _ of [0, 1]) await atrium.call(MALL, 'POST', '/webhooks', { url: 'https://hooks.invalid/' });
  await atrium.call(MALL, 'POST', '/webhooks/0/test');
  for (const operation of OPERATIONS.flatMap(([key, one]) => (key === 'POST /rollouts' ? one : [])))
    for (const [, body] of examplesOfBody(operation)) await atrium.call(MALL, 'POST', '/rollouts', body, ADMIN);
});
afterAll(() => atrium.close());

describe('the OpenAPI document', () => {
  it('kept as openapi.json is the one that Atrium serves (npm run generate writes it)', async () => {
    expect(await readOpenApi(atrium)).toEqual(JSON.parse(readFileSync('openapi.json', 'utf8')));
  });

  it('is OpenAPI 3.1, and its operations have names of their own', () => {
    expect(KEPT.openapi).toMatch(/^3\.1\.\d+$/);
    const names = OPERATIONS.map(([, { operationId }]) => operationId);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(OPERATIONS)('%s: says in words what it does, and every error it may give', (_, operation) => {
    const { method, path, summary, responses, requestBody } = operation;
    expect(summary).toMatch(/\S/);
    const errors = new Set(Object.keys(responses).filter((status) => /^[45]/.test(status)));
    const expected = [
      ...(isOfTenant(operation) ? ['400', '403', '404', '503'] : []),
      ...(path.includes('{id}') ? ['400', '404'] : []),
      ...(requestBody ? ['400', '413', '415', '422'] : []),
      ...(isOfTenant(operation) && ['PUT', 'PATCH', 'DELETE'].includes(method) ? ['412'] : []),
    ];
    expect(expected.filter((status) => !errors.has(status))).toEqual([]);
    for (const status of errors) {
      const { description, content = {} } = responses[status] ?? {};
      const { schema, examples = {} } = content['application/problem+json'] ?? {};
      expect(schema).toEqual({ $ref: `#/components/schemas/Problem${status}` });
      // Each answer shows a sample of each of its codes, and names no other.
      expect(description).toMatch(/\S \(`.+`\)$/);
      const codes = [...(description?.matchAll(/`([a-z-]+)`/g) ?? [])].map(([, code]) => code);
      expect(Object.keys(examples)).toEqual(codes);
      for (const [code, { value }] of Object.entries(examples)) {
        expect(value).toMatchObject({ code, status: Number(status), type: `urn:atrium:problem:${code}` });
        expect(faultsOf(`/components/schemas/Problem${status}`, value)).toEqual([]);
      }
    }
  });

  it.each(OPERATIONS)('%s: says who may call it, and for which shopping centre', (_, operation) => {
    const { security = [], parameters = [] } = operation;
    expect(operation.security).toBeDefined();
    const header = parameters.find(({ name }) => name === 'X-Tenant-Id');
    expect(header?.required ?? false).toBe(isOfTenant(operation));
    expect(security.length === 0).toBe(operation.path.startsWith('/health'));
  });

  it('refuses fields that a body does not have', () => {
    const inputs = OPERATIONS.flatMap(([, { requestBody }]) => Object.values(requestBody?.content ?? {}));
    expect(inputs.length).toBeGreaterThan(6);
    for (const { schema } of inputs.filter((input) => input.schema?.type !== 'string')) {
      const name = schema?.$ref?.split('/').at(-1) ?? '';
      expect([name, KEPT.components.schemas[name]]).toEqual([
        name,
        expect.objectContaining({ additionalProperties: false }),
      ]);
    }
  });

  it.each(OPERATIONS)('%s: has examples of what it takes and gives, and they fit their schemas', (_, operation) => {
    for (const [pointer, schema] of schemasOf(operation)) {
      const example = exampleOf(schema, KEPT, pointer);
      expect(faultsOf(pointer, example)).toEqual([]);
    }
  });
});

describe('a read', () => {
  it.each(OPERATIONS.filter(([, one]) => one.method === 'GET' && one.security?.length !== 0 && !isStream(one)))(
    '%s is answered 304 to its own tag, with the headers told',
    async (_, operation) => {
      const caller = isOfTenant(operation) ? {} : ADMIN;
      const path = operation.key === 'GET /tenants/{id}' ? '/tenants/riverside' : examplePath(operation);
      const ask = (headers: object) => atrium.call<unknown>(MALL, 'GET', path, undefined, { ...caller, ...headers });
      const etag = (await ask({})).headers.get('etag') ?? '';
      const answer = await ask({ 'if-none-match': etag });
      expect([answer.status, answer.body]).toEqual([304, '']);
      const told = Object.keys(operation.responses['304']?.headers ?? {});
      expect(told.toSorted()).toEqual(expect.arrayContaining(['Cache-Control', 'ETag', 'X-Request-Id']));
      expect(told.filter((name) => !answer.headers.has(name))).toEqual([]);
    },
  );
});

// What deletes comes last, and events before the campaigns they belong to.
const IN_ORDER = OPERATIONS.toSorted(([, a], [, b]) => rank(a) - rank(b));

describe('on the demo, an operation called with its examples and nothing else', () => {
  it.each(IN_ORDER)('%s succeeds, and answers what its schema says', async (_, operation) => {
    if (operation.key === 'DELETE /tenants/{id}')
      await atrium.call(MALL, 'PATCH', examplePath(operation).replace(/\?.*/, ''), SUSPENDED, ADMIN);
    const path = await madeReady(operation);
    for (const [mediaType, body] of examplesOfBody(operation)) {
      const type: Record<string, string> = mediaType ? { 'content-type': mediaType } : {};
      const headers = { ...type, ...(isOfTenant(operation) ? {} : ADMIN) };
      const answer = await atrium.call<unknown>(MALL, operation.method, path, body, headers);
      const expected = Object.keys(operation.responses).find((status) => status.startsWith('2'));
      expect([String(answer.status), answer.body]).toEqual([expected, expect.anything()]);
      const told = Object.keys(operation.responses[answer.status]?.headers ?? {});
      const sometimes = new Set(['Idempotency-Replayed', 'X-Revision']);
      expect(told.filter((name) => !answer.headers.has(name) && !sometimes.has(name))).toEqual([]);
      expect(told).toEqual(
        expect.arrayContaining(
          ['etag', 'location', 'x-cache', 'retry-after'].filter((name) => answer.headers.has(name)).map(written),
        ),
      );
      const pointers = schemasOf(operation).filter(([pointer]) => pointer.includes(`/responses/${answer.status}/`));
      for (const [pointer] of pointers) expect(faultsOf(pointer, answer.body)).toEqual([]);
    }
  });

  it('leaves no list unread: pages, changes and live rows fit their schemas too', async () => {
    const { id } = await createCampaign(atrium, MALL, {
      startDate: '2026-01-01T00:00:00Z',
      endDate: '2035-01-01T00:00:00Z',
    });
    await createEvent(atrium, MALL, {
      campaignEventId: id,
      startDate: '2026-01-01T00:00:00Z',
      endDate: '2035-01-01T00:00:00Z',
    });
    for (const [path, query] of [
      ['/campaign-events', { limit: '1' }],
      ['/events', { limit: '1' }],
      ['/changes', { limit: '1' }],
      ['/changes', {}],
      ['/campaign-events/live', {}],
      ['/events/live', {}],
    ] as const) {
      const { body } = await atrium.call<unknown>(MALL, 'GET', withQuery(path, query));
      expect(JSON.stringify(body)).toContain('"startDate"');
      const pointer = `/paths/${path.replaceAll('/', '~1')}/get/responses/200/content/application~1json/schema`;
      expect(faultsOf(pointer, body)).toEqual([]);
    }
  });
});

const WRITTEN: Record<string, string> = { etag: 'ETag', location: 'Location', 'x-cache': 'X-Cache' };

function written(name: string): string {
  return WRITTEN[name] ?? name;
}

function isOfTenant({ security = [] }: Operation): boolean {
  return security.some((scheme) => 'tenant' in scheme);
}

function isStream({ responses }: Operation): boolean {
  return 'text/event-stream' in (responses['200']?.content ?? {});
}

function rank({ method, path, key }: Operation): number {
  if (key === 'POST /tenants') return -1;
  return method === 'DELETE' ? (path.startsWith('/events') ? 1 : 2) : 0;
}

/** Every JSON schema of the operation's own, by its JSON Pointer in the document. */
function schemasOf({ method, path, requestBody, responses }: Operation) {
  const contents = [
    ['requestBody', requestBody?.content] as const,
    ...Object.entries(responses).map(([status, { content }]) => [`responses/${status}`, content] as const),
  ];
  return contents.flatMap(([place, content = {}]) =>
    Object.entries(content).flatMap(([mediaType, { schema }]) => {
      const tokens = ['paths', path.replaceAll('/', '~1'), method.toLowerCase(), place, 'content'];
      return schema ? [[`/${[...tokens, mediaType.replace('/', '~1')].join('/')}/schema`, schema] as const] : [];
    }),
  );
}

function faultsOf(pointer: string, value: unknown): unknown[] {
  const validate = ajv.compile({ $ref: `openapi#${encodeURI(pointer)}` });
  // As it goes over the wire.
  return validate(JSON.parse(JSON.stringify(value))) ? [] : [pointer, value, validate.errors];
}

function examplePath({ path, parameters = [], key }: Operation): string {
  const wanted = parameters.filter((it) => it.in === 'query' && it.required);
  const query = wanted.map(({ name, schema }) => [name, String(exampleOf(schema ?? {}, KEPT, `${key} ${name}`))]);
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = parameters.find((it) => it.in === 'path' && it.name === name);
    return encodeURIComponent(String(exampleOf(parameter?.schema ?? {}, KEPT, `${key} ${name}`)));
  });
  return query.length > 0 ? withQuery(filled, Object.fromEntries(query) as Record<string, string>) : filled;
}

/** The example body in each media type that the operation takes; one without a type when it takes no body. */
function examplesOfBody({ requestBody, key }: Operation): [string | undefined, unknown][] {
  if (!requestBody) return [[undefined, undefined]];
  return Object.entries(requestBody.content).map(([mediaType, { schema }]) => [
    mediaType,
    exampleOf(schema ?? {}, KEPT, key),
  ]);
}

/** The document with every object of known fields closed, so that a field it does not tell of is a fault. */
function closed(document: OpenApi): OpenApi {
  const copy = structuredClone(document);
  for (const schema of Object.values(copy.components.schemas)) {
    if (schema.properties) Object.assign(schema, { additionalProperties: false });
  }
  return copy;
}

/** Does what must have happened before an operation, and tells its path: only a deleted row can be brought back. */
async function madeReady(operation: Operation): Promise<string> {
  const path = examplePath(operation);
  if (path.endsWith('/restore')) await atrium.call(MALL, 'DELETE', path.replace('/restore', ''));
  if (!path.endsWith('/undo')) return path;
  await atrium.call(MALL, 'PATCH', '/events/0', { location: 'Level 1' });
  return `/changes/${(await listChanges(atrium, MALL)).length}/undo`;
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { type Atrium, callerHeaders, startAtrium, TENANTS } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';
import { createCampaign } from '../support/rows.js';
import { send } from '../support/wire.js';

const MALL = 'berlin-mall';
const LONGEST = `a${'-'.repeat(61)}9`;

let atrium: Atrium;
beforeAll(async () => {
  const more = ['x', LONGEST, 'asleep', 'leaving'].map((id) => ({ id, name: id, timeZone: 'UTC' }));
  atrium = await startAtrium({ TENANTS: JSON.stringify([...TENANTS, ...more]) });
  setStatus('asleep', 'suspended');
  setStatus('leaving', 'retiring');
});
afterAll(() => atrium.close());

function setStatus(id: string, status: 'suspended' | 'retiring'): void {
  const tenant = atrium.app.get(Catalogue).find(id);
  if (tenant) tenant.status = status;
}

const ROUTES = [
  ['GET', '/campaign-events'],
  ['GET', '/campaign-events/live'],
  ['GET', '/campaign-events/0'],
  ['GET', '/campaign-events/0/events'],
  ['POST', '/campaign-events'],
  ['PATCH', '/campaign-events/0'],
  ['DELETE', '/campaign-events/0'],
  ['GET', '/events'],
  ['GET', '/events/live'],
  ['PUT', '/events/0'],
  ['GET', '/changes'],
] as const;

describe.each(ROUTES)('the tenant header of %s %s', (method, path) => {
  it.each([
    ['missing', undefined, 400, 'tenant-required'],
    ['empty', '', 400, 'tenant-required'],
    ['blank', '  ', 400, 'tenant-required'],
    ['in capitals', 'BERLIN-MALL', 400, 'tenant-malformed'],
    ['starting with a digit', '1mall', 400, 'tenant-malformed'],
    ['starting with a hyphen', '-mall', 400, 'tenant-malformed'],
    ['ending with a hyphen', 'mall-', 400, 'tenant-malformed'],
    ['64 characters long', 'a'.repeat(64), 400, 'tenant-malformed'],
    ['with an underscore', 'berlin_mall', 400, 'tenant-malformed'],
    ['with a space inside', 'berlin mall', 400, 'tenant-malformed'],
    ['with a dot', '../catalogue', 400, 'tenant-malformed'],
    ['with a quote', "x'--", 400, 'tenant-malformed'],
    ['two in one line', 'berlin-mall, york-plaza', 400, 'tenant-malformed'],
    ['the same twice in one line', 'berlin-mall, berlin-mall', 400, 'tenant-malformed'],
    ['sent twice with different values', ['berlin-mall', 'york-plaza'], 400, 'tenant-malformed'],
    ['sent twice, once empty', ['berlin-mall', ''], 400, 'tenant-malformed'],
    ['unknown', 'nowhere', 404, 'tenant-unknown'],
    ['called as every object', 'constructor', 404, 'tenant-unknown'],
    ['unknown, 63 characters', 'a'.repeat(63), 404, 'tenant-unknown'],
    ['of a suspended centre', 'asleep', 403, 'tenant-suspended'],
    ['of a retiring centre', 'leaving', 403, 'tenant-suspended'],
  ])('%s', async (_, value, status, code) => {
    const headers = value === undefined ? {} : { 'X-Tenant-Id': value };
    const answer = await send(atrium.url, path, { method, headers });
    expectProblem(answer, status, code);
    expect(answer.headers.get('vary')).toBe('X-Tenant-Id, Accept-Encoding, Authorization');
  });
});

describe('the tenant header', () => {
  it.each([
    ['x'],
    [LONGEST],
    ['berlin-mall'],
    [' berlin-mall  '], // blanks around a value are no part of it (RFC 9110, section 5.5)
    [['berlin-mall', 'berlin-mall']],
  ])('is fine as %j', async (value) => {
    for (const name of ['X-Tenant-Id', 'x-tenant-id', 'X-TENANT-ID']) {
      expect((await send(atrium.url, '/campaign-events', { headers: { [name]: value } })).status).toBe(200);
    }
  });

  it.each([
    ['Berlin-Mall', 400, 'Write the id of the shopping centre as "berlin-mall".'],
    ['berlin mall', 400, 'This is no id of a shopping centre. An id has 1-63 characters'],
    ['nowhere', 404, 'There is no shopping centre "nowhere". Check its id: press Authorize and enter it'],
    ['', 400, 'No shopping centre is named. In the documentation press Authorize and enter its id'],
  ])('%j is answered in words', async (value, status, words) => {
    const answer = await send(atrium.url, '/campaign-events', { headers: { 'X-Tenant-Id': value } });
    expect(expectProblem(answer, status).detail).toContain(words);
  });

  it('cannot be given in the query or the body', async () => {
    expectProblem(await send(atrium.url, '/campaign-events?X-Tenant-Id=berlin-mall'), 400, 'tenant-required');
    const answer = await atrium.call(MALL, 'GET', '/campaign-events?X-Tenant-Id=york-plaza');
    expectProblem(answer, 400, 'query-invalid');
  });

  it('is wanted however the path is spelt', async () => {
    for (const path of [
      '/campaign-events/',
      '/%63ampaign-events',
      '/campaign%2Devents/live',
      '/campaign-events?',
      '/events/live/',
      '/campaign-events/0/',
    ]) {
      expectProblem(await send(atrium.url, path), 400, 'tenant-required');
      expect([path, (await send(atrium.url, path, { headers: callerHeaders(MALL) })).status < 500]).toEqual([
        path,
        true,
      ]);
    }
  });

  it('is not wanted by the documentation', async () => {
    for (const path of ['/openapi.json', '/docs']) expect((await send(atrium.url, path)).status).toBe(200);
  });

  it('has the name that TENANT_HEADER gives it', async () => {
    const own = await startAtrium({ TENANT_HEADER: 'X-Mall' });
    try {
      const found = await send(own.url, '/campaign-events', { headers: { 'x-mall': MALL } });
      expect([found.status, found.headers.get('vary')]).toEqual([200, 'X-Mall, Accept-Encoding, Authorization']);
      const answer = await send(own.url, '/campaign-events', { headers: { 'x-tenant-id': MALL } });
      expect(expectProblem(answer, 400, 'tenant-required').detail).toContain('X-Mall');
      expect(answer.headers.get('vary')).toBe('X-Mall, Accept-Encoding, Authorization');
      const { body } = await send<object>(own.url, '/openapi.json');
      expect(JSON.stringify(body)).toContain('"name":"X-Mall"');
    } finally {
      await own.close();
    }
  });
});

describe('Vary', () => {
  it('names the tenant header on whatever a tenant route answers', async () => {
    const { id } = await createCampaign(atrium, MALL);
    const row = `/campaign-events/${id}`;
    const headers = callerHeaders(MALL);
    const json = { ...headers, 'content-type': 'application/json' };
    const { headers: found } = await send(atrium.url, row, { headers });
    for (const [status, path, sent] of [
      [200, '/campaign-events', { headers }],
      [200, '/events/live', { headers }],
      [304, row, { headers: { ...headers, 'if-none-match': found.get('etag') ?? '' } }],
      [400, '/campaign-events?limit=0', { headers }],
      [400, '/campaign-events/abc', { headers }],
      [404, '/campaign-events/2147483647', { headers }],
      [400, '/campaign-events', { method: 'POST', headers: json, body: '{' }],
      [415, '/campaign-events', { method: 'POST', headers: { ...headers, 'content-type': 'text/plain' }, body: '{}' }],
      [413, '/campaign-events', { method: 'POST', headers: json, body: ' '.repeat(262_145) }],
      [422, '/campaign-events', { method: 'POST', headers: json, body: '{}' }],
      [412, row, { method: 'DELETE', headers: { ...headers, 'if-match': '"x"' } }],
      [204, row, { method: 'DELETE', headers }],
    ] as const) {
      const answer = await send<unknown>(atrium.url, path, sent);
      expect([path, answer.status, answer.headers.get('vary')]).toEqual([
        path,
        status,
        'X-Tenant-Id, Accept-Encoding, Authorization',
      ]);
    }
  });
});

describe('X-Request-Id', () => {
  const BAD = [
    ['GET', '/campaign-events/live', 200],
    ['GET', '/campaign-events/abc', 400],
    ['GET', '/%zz', 400],
    ['GET', '/nowhere', 404],
    ['POST', '/campaign-events', 415],
  ] as const;

  it.each(BAD)('is taken over into what %s %s answers', async (method, path, status) => {
    const headers = { ...callerHeaders(MALL), 'x-request-id': 'till-7:2026.11_x', 'content-type': 'text/plain' };
    const answer = await send(atrium.url, path, { method, headers, body: method === 'POST' ? 'x' : undefined });
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([status, 'till-7:2026.11_x']);
    expect(answer.body.requestId).toBe(status === 200 ? undefined : 'till-7:2026.11_x');
  });

  it.each(BAD)('is made for what %s %s answers, each time another', async (method, path, status) => {
    const ids = new Set<string | null>();
    for (const given of [undefined, '', 'with blanks', 'x'.repeat(129), '<script>', ['a', 'b']]) {
      const headers = { ...callerHeaders(MALL), ...(given === undefined ? {} : { 'x-request-id': given }) };
      const answer = await send<unknown>(atrium.url, path, {
        method,
        headers,
        body: method === 'POST' ? 'x' : undefined,
      });
      expect(answer.status).toBe(status);
      ids.add(answer.headers.get('x-request-id'));
    }
    expect([...ids]).toEqual(Array(6).fill(expect.stringMatching(/^[0-9a-f-]{36}$/)));
  });
});

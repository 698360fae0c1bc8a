import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Answer, type Atrium, call, startAtrium } from '../support/atrium.js';
import { readOpenApi } from '../support/openapi.js';
import { expectProblem } from '../support/problem.js';

const LIVE = '/campaign-events/live';
const CAMPAIGN = { name: 'Sale', startDate: '2030-01-01T00:00:00Z', endDate: '2030-02-01T00:00:00Z' };

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];
const UNKNOWN = [
  '/events/0/events',
  '/events/0/1',
  '/campaign-events/0/1',
  '/changes/0',
  '/events/%zz',
  '/eventss',
  '/',
];

/** Requests that may need the headers of CORS are left to the framework. */
const ORIGINS: Record<string, string>[] = [{}, { origin: 'https://example.com' }];

let atrium: Atrium;
afterEach(() => atrium.close());

describe('RATE_LIMIT', () => {
  it('lets twice as many through at once, then says when to come back, to that tenant alone', async () => {
    atrium = await startAtrium({ RATE_LIMIT: '10' });
    const answers = await Promise.all(Array.from({ length: 50 }, () => atrium.call('berlin-mall', 'GET', LIVE)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(20);
    expect(refused.length).toBeGreaterThan(20);
    for (const answer of refused) {
      expectProblem(answer, 429, 'rate-limited');
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect((await atrium.call('york-plaza', 'GET', LIVE)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await atrium.call('berlin-mall', 'GET', LIVE)).status).toBe(200);
  });

  it('holds for what lies ready in memory as well', async () => {
    atrium = await startAtrium({ RATE_LIMIT: '10' });
    const nobody = { authorization: '' };
    await atrium.call('berlin-mall', 'GET', LIVE, undefined, nobody);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => atrium.call('berlin-mall', 'GET', LIVE, undefined, nobody)),
    );
    expect(answers.some(({ headers }) => headers.get('x-cache') === 'memory')).toBe(true);
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(50);
  });

  it('is off by default, and does not count for tenants that do not exist', async () => {
    atrium = await startAtrium();
    const answers = await Promise.all(Array.from({ length: 300 }, () => atrium.call('berlin-mall', 'GET', LIVE)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('refuses before a token is looked at or a body is read', async () => {
    atrium = await startAtrium({ RATE_LIMIT: '1' });
    for (const _ of [0, 1]) await atrium.call('berlin-mall', 'GET', LIVE);
    const answer = await atrium.call('berlin-mall', 'POST', '/campaign-events', '{', { authorization: 'Bearer no' });
    expectProblem(answer, 429, 'rate-limited');
  });
});

describe.each(['', '*'])('a refusal of what is asked too often, with CORS_ORIGINS "%s"', (origins) => {
  it.each([
    ['GET', LIVE, undefined],
    ['GET', '/events?limit=200', undefined],
    ['POST', '/campaign-events', CAMPAIGN],
    ['DELETE', '/events/0', undefined],
  ])('is the same to %s %s before the framework as within it', async (method, path, body) => {
    atrium = await startAtrium({ RATE_LIMIT: '1', CORS_ORIGINS: origins });
    for (const _ of [0, 1]) await atrium.call('berlin-mall', 'GET', LIVE);
    const [before, within] = await Promise.all(
      ORIGINS.map((headers) =>
        atrium.call('berlin-mall', method, path, body, { 'x-request-id': 'the-same', ...headers }),
      ),
    );
    expectProblem(before!, 429, 'rate-limited');
    expect(before!.body).toEqual(within!.body);
    expect(headersOf(before!)).toEqual(headersOf(within!));
  });
});

it('what is asked too often is refused where there is a route, and answered as ever where there is none', async () => {
  atrium = await startAtrium({ RATE_LIMIT: '1' });
  const routes = Object.keys((await readOpenApi(atrium)).paths).filter((path) =>
    /^.(campaign-events|events|changes)/.test(path),
  );
  const known = routes.flatMap((path) => [path, `${path}/`, `${path}?a=b`]).map((path) => path.replace('{id}', '0'));
  const statuses = new Set<number>();
  for (const path of [...known, ...UNKNOWN]) {
    for (const method of METHODS) {
      const { before, within } = await bothWays(method, path);
      expect([method, path, before]).toEqual([method, path, within]);
      statuses.add(before);
    }
  }
  expect(statuses).toEqual(new Set([204, 400, 404, 405, 429]));
});

/** How it is answered in front of the framework and within it, beyond the rate: a share may come in between. */
async function bothWays(method: string, path: string) {
  for (let attempt = 1; ; attempt++) {
    while ((await atrium.call('berlin-mall', 'GET', LIVE)).status !== 429);
    const [before = 0, within = 0] = await Promise.all(
      ORIGINS.map(async (headers) => (await atrium.call('berlin-mall', method, path, undefined, headers)).status),
    );
    if (before === within || attempt === 3) return { before, within };
  }
}

describe('what is too large', () => {
  it.each<[string, number, string, () => Promise<Awaited<ReturnType<Atrium['call']>>>]>([
    ['a URL', 414, 'url-too-long', () => atrium.call('berlin-mall', 'GET', `${LIVE}?x=${'x'.repeat(8_200)}`)],
    ['a body', 413, 'body-too-large', () => post(JSON.stringify({ ...CAMPAIGN, name: 'x'.repeat(263_000) }))],
    ['nesting of arrays', 422, 'fields-invalid', () => post('['.repeat(100_000) + ']'.repeat(100_000))],
    ['nesting of objects', 422, 'fields-invalid', () => post('{"a":'.repeat(9) + '0' + '}'.repeat(9))],
    ['nesting without an end', 422, 'fields-invalid', () => post('[{"a":'.repeat(40_000))],
  ])('%s is refused', async (_, status, code, send) => {
    atrium = await startAtrium();
    expectProblem(await send(), status, code);
  });

  it.each([`"${'\\"'.repeat(120_000)}`, '"'.repeat(240_001), `["${'\\\\'.repeat(120_000)}`])(
    'text without an end takes no time',
    async (body) => {
      atrium = await startAtrium();
      await post('{}');
      const startMs = performance.now();
      expectProblem(await post(body), 400);
      expect(performance.now() - startMs).toBeLessThan(200);
    },
  );

  it('brackets within text do not nest', async () => {
    atrium = await startAtrium();
    expect((await post(JSON.stringify({ ...CAMPAIGN, name: '[{"'.repeat(100) }))).status).toBe(201);
  });
});

describe('what is no HTTP', () => {
  it.each([
    [
      'headers beyond 16 KiB',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    ['no HTTP at all', '\x16\x03\x01 hello\r\n\r\n', 400, 'bad-request'],
    ['a bad request line', 'GET /events HTTP/9.9\r\n\r\n', 400, 'bad-request'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400, 'bad-request'],
    [
      'a length and chunks (request smuggling)',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'bad-request',
    ],
    ['a header with a line folded', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n', 400, 'bad-request'],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost: a\r\nX-Tenant-Id : a\r\n\r\n', 400, 'bad-request'],
  ])('%s is answered with a problem, and the connection ends', async (_, request, status, code) => {
    atrium = await startAtrium();
    const socket = connect((atrium.app.getHttpServer().address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(request);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} .*Content-Type: application/problem\\+json`, 'is'));
    expect(JSON.parse(body)).toMatchObject({ type: `urn:atrium:problem:${code}`, status, code });
  });
});

function post(body: string) {
  return call(atrium.url, 'berlin-mall', 'POST', '/campaign-events', body);
}

function headersOf({ headers }: Answer): object {
  return Object.fromEntries([...headers].filter(([name]) => name !== 'date'));
}

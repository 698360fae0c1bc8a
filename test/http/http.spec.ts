import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, callerHeaders, startAtrium } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';
import { listAll } from '../support/rows.js';
import { send, sendBytes } from '../support/wire.js';

const MALL = 'berlin-mall';

let atrium: Atrium;
beforeAll(async () => {
  atrium = await startAtrium();
});
afterAll(() => atrium.close());

describe('the root', () => {
  it('leads a browser to the desk, and is unknown to programs', async () => {
    const accept = 'text/html,application/xhtml+xml,*/*;q=0.8';
    const answer = await send(atrium.url, '/', { headers: { accept } });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/desk']);
    for (const [method, type] of [
      ['GET', 'application/json'],
      ['GET', '*/*'],
      ['POST', accept],
    ] as const)
      expectProblem(await send(atrium.url, '/', { method, headers: { accept: type } }), 404, 'route-unknown');
    expectProblem(await send(atrium.url, '/nowhere', { headers: { accept } }), 404, 'route-unknown');
  });
});

describe('what the routes do not know', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/nowhere'],
    ['GET', '/favicon.ico'],
    ['GET', '/campaign-events/0/nowhere'],
    ['GET', '/../etc/passwd'],
    ['OPTIONS', '/nowhere'],
    ['PUT', '/eventsx'],
    ['PUT', '/campaign-events/0/'.repeat(2)],
  ])('%s %s is answered 404', async (method, path) => {
    for (const headers of [{}, callerHeaders(MALL)]) {
      const problem = expectProblem(await send(atrium.url, path, { method, headers }), 404, 'route-unknown');
      expect(problem.instance).toBe(path);
    }
  });

  it('a path with nothing for an id is answered 404, whatever the method', async () => {
    for (const path of ['/campaign-events//', '/campaign-events//events', '/events//'])
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS'])
        expectProblem(await send(atrium.url, path, { method, headers: callerHeaders(MALL) }), 404, 'route-unknown');
  });

  it('a path of 8 KB is answered 404', async () => {
    expectProblem(await send(atrium.url, `/${'x'.repeat(8_000)}`), 404, 'route-unknown');
  });

  it.each([
    ['/docs/../openapi.json', {}, 403, 'forbidden'],
    ['/docs/swagger-ui.css', { range: 'bytes=99999999-' }, 416, 'range-not-satisfiable'],
    ['/docs/swagger-ui.css', { 'if-match': '"other"' }, 412, 'precondition-failed'],
  ])(
    'what the pages of the documentation refuse has a code that fits its status: %s %j',
    async (path, headers, status, code) => {
      expectProblem(await send(atrium.url, path, { headers }), status, code);
    },
  );

  it.each(['/%zz', '/%', '/campaign-events/%zz', '/campaign-events/%C3%28', '/%ff'])(
    'a path that cannot be decoded is answered 400: %s',
    async (path) => {
      const answer = await send(atrium.url, path, { headers: callerHeaders(MALL) });
      expect(expectProblem(answer, 400).instance).toBe(path);
    },
  );
});

describe('a method that a path does not take', () => {
  const ROW = 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS';
  const LIST = 'GET, HEAD, POST, OPTIONS';
  const READ_ONLY = 'GET, HEAD, OPTIONS';

  it.each([
    ['PUT', '/campaign-events', LIST],
    ['DELETE', '/events', LIST],
    ['DELETE', '/events/?x=/0', LIST],
    ['POST', '/campaign-events/0', ROW],
    ['POST', '/campaign-events/live', READ_ONLY],
    ['POST', '/campaign-events/0/events/', READ_ONLY],
    ['POST', '/changes', READ_ONLY],
    ['POST', '/openapi.json', READ_ONLY],
    ['TRACE', '/events', LIST],
    ['PROPFIND', '/events', LIST],
  ])('%s %s is answered 405, with those it takes', async (method, path, allow) => {
    for (const headers of [{}, callerHeaders(MALL)]) {
      const answer = await send(atrium.url, path, { method, headers });
      expectProblem(answer, 405, 'method-not-allowed');
      expect(sorted(answer.headers.get('allow'))).toEqual(sorted(allow));
    }
  });

  it('is told by OPTIONS before it is tried', async () => {
    const answer = await send(atrium.url, '/events/0', { method: 'OPTIONS' });
    expect([answer.status, answer.body, sorted(answer.headers.get('allow'))]).toEqual([204, '', sorted(ROW)]);
  });

  it('is never HEAD where GET is taken: it answers the same without the body', async () => {
    for (const path of ['/campaign-events', '/campaign-events/live', '/openapi.json']) {
      const [head, get] = await Promise.all(
        ['HEAD', 'GET'].map((method) => send(atrium.url, path, { method, headers: callerHeaders(MALL) })),
      );
      expect([head?.status, head?.body, head?.headers.get('etag')]).toEqual([200, '', get?.headers.get('etag')]);
      expect(head?.headers.get('content-length')).toBe(get?.headers.get('content-length'));
    }
  });
});

describe('bytes that are no request to work on', () => {
  it.each([
    ['headers too large', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['an address too long', `GET /${'y'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
    ['a method nobody knows', 'BUY /events HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['no HTTP', 'Hello?\r\n\r\n', 400],
    ['a blank in the address', 'GET /a b HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['a length that is no number', 'POST /events HTTP/1.1\r\nhost: x\r\ncontent-length: abc\r\n\r\n', 400],
    [
      'two lengths',
      'POST /events HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a header with NUL', 'GET /events HTTP/1.1\r\nhost: x\r\nx-tenant-id: a\0b\r\n\r\n', 400],
  ])('are answered with a problem: %s', async (_, bytes, status) => {
    expectProblem(await sendBytes(atrium.url, bytes), status);
  });

  it('are not what expects something that nobody knows: it is answered as if it did not', async () => {
    const request = 'GET /events/7 HTTP/1.1\r\nhost: x\r\nconnection: close\r\nexpect: foo\r\n';
    expectProblem(await sendBytes(atrium.url, `${request}\r\n`), 400, 'tenant-required');
    expectProblem(await sendBytes(atrium.url, `${request}x-tenant-id: ${MALL}\r\n\r\n`), 404, 'not-found');
  });

  it('leave the service as it was when a caller hangs up half-way', async () => {
    const { hostname, port } = new URL(atrium.url);
    const head =
      'POST /campaign-events HTTP/1.1\r\nhost: x\r\nx-tenant-id: berlin-mall\r\ncontent-type: application/json\r\n';
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname);
      socket.write(`${head}content-length: 100\r\n\r\n{"name":"Half`, () => socket.destroy());
      socket.once('close', () => resolve());
    });
    expect(await listAll(atrium, MALL, '/campaign-events')).toEqual([]);
  });
});

function sorted(allow: string | null): string[] | undefined {
  return allow?.split(', ').toSorted();
}

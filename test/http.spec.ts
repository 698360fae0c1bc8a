import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, callerHeaders, startAtrium } from './support/atrium.js';
import { expectProblem } from './support/problem.js';
import { listAll } from './support/rows.js';
import { send, sendBytes } from './support/wire.js';

const MALL = 'berlin-mall';

let atrium: Atrium;
beforeAll(async () => {
  atrium = await startAtrium();
});
afterAll(() => atrium.close());

describe('what the routes do not know', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/nowhere'],
    ['GET', '/favicon.ico'],
    ['GET', '/campaign-events/0/nowhere'],
    ['GET', '/../etc/passwd'],
    ['PUT', '/campaign-events'],
    ['DELETE', '/events'],
    ['POST', '/campaign-events/0'],
    ['POST', '/changes'],
    ['OPTIONS', '/events'],
    ['TRACE', '/events'],
    ['PROPFIND', '/events'],
  ])('%s %s is answered 404', async (method, path) => {
    for (const headers of [{}, callerHeaders(MALL)]) {
      const problem = expectProblem(await send(atrium.url, path, { method, headers }), 404, 'route-unknown');
      expect(problem.instance).toBe(path);
    }
  });

  it('a path of 8 KB is answered 404', async () => {
    expectProblem(await send(atrium.url, `/${'x'.repeat(8_000)}`), 404, 'route-unknown');
  });

  it.each(['/%zz', '/%', '/campaign-events/%zz', '/campaign-events/%C3%28', '/%ff'])(
    'a path that cannot be decoded is answered 400: %s',
    async (path) => {
      const answer = await send(atrium.url, path, { headers: callerHeaders(MALL) });
      expect(expectProblem(answer, 400).instance).toBe(path);
    },
  );
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

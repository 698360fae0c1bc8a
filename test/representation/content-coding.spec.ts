import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Memory } from '../../src/cache/memory.js';
import { codingFor, CODINGS } from '../../src/representation/content-coding.js';
import { type Atrium, callerHeaders, signToken, startAtrium } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';
import { ALWAYS, createCampaign, createEvent } from '../support/rows.js';

const MALL = 'berlin-mall';
const LONG = 'Drei Etagen voller Mützen, Schals und Überraschungen. '.repeat(30);
const ROUTES = [
  '/campaign-events/live',
  '/campaign-events/0',
  '/campaign-events/0/events',
  '/campaign-events?sort=name',
  '/events/live',
  '/events/0',
  '/events?state=live&limit=5',
  '/timeline',
];
const DECODERS = { br: brotliDecompressSync, gzip: gunzipSync, zstd: zstdDecompressSync };

describe('the coding for Accept-Encoding', () => {
  it.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['zstd, gzip', 'zstd'],
    ['gzip;q=1.0, br;q=0.5', 'gzip'],
    ['br;q=0.2, gzip;q=0.2, zstd;q=0.2', 'br'],
    ['br;q=0, *', 'zstd'],
    ['*;q=0', 'identity'],
    ['*', 'br'],
    ['identity, gzip;q=0.5', 'identity'],
    ['identity;q=0.5, gzip;q=0.8', 'gzip'],
    ['deflate, compress', 'identity'],
    ['gzip;q=0', 'identity'],
    [';;;,,q=1', 'identity'],
    ['brr, xgzip', 'identity'],
  ])('%s is %s', (header, coding) => {
    for (let round = 0; round < 2; round++) expect(codingFor(header)).toBe(coding);
  });

  it('is right however many headers are made up', () => {
    for (let index = 0; index < 2_000; index++) expect(codingFor(`gzip, x-${index}`)).toBe('gzip');
    expect(codingFor(`${'x, '.repeat(5_000)}br`)).toBe('br');
    expect(codingFor('gzip, deflate, br, zstd')).toBe('br');
  });
});

describe('an answer to the public', () => {
  let atrium: Atrium;
  beforeAll(async () => {
    atrium = await startAtrium();
    const { id } = await createCampaign(atrium, MALL, { ...ALWAYS, description: LONG });
    await createEvent(atrium, MALL, { ...ALWAYS, campaignEventId: id, description: LONG });
  });
  afterAll(() => atrium.close());

  describe.each(ROUTES)('GET %s', (path) => {
    it.each(CODINGS)(
      'in %s is the same bytes, with a strong tag of its own, from memory and the framework',
      async (coding) => {
        const plain = await ask(path);
        expect(plain.headers['content-encoding']).toBeUndefined();
        const coded = await untilCoded(path, coding);
        expect(DECODERS[coding](coded.body)).toEqual(plain.body);
        expect(coded.headers).toMatchObject({
          'content-encoding': coding,
          'content-length': String(coded.body.length),
          'content-type': 'application/json; charset=utf-8',
          vary: expect.stringContaining('Accept-Encoding'),
          etag: `${plain.headers.etag?.slice(0, -1)}.${coding}"`,
        });
        expect(coded.body.length).toBeLessThan(plain.body.length / 2);
        // Only the framework compares a tag that is not equal.
        expect(await ask(path, { 'accept-encoding': coding, 'if-none-match': '"another"' })).toEqual(coded);
        const head = await ask(path, { 'accept-encoding': coding }, 'HEAD');
        expect([head.status, head.headers, head.body.length]).toEqual([200, coded.headers, 0]);
      },
    );

    it('is a 304 to who has it in any coding, and bears the tag that they have', async () => {
      const tags = [(await ask(path)).headers.etag ?? ''];
      for (const coding of CODINGS) tags.push((await untilCoded(path, coding)).headers.etag ?? '');
      expect(new Set(tags).size).toBe(4);
      for (const tag of tags)
        for (const accepted of ['', ...CODINGS])
          for (const known of [tag, `W/${tag}`, `"x", ${tag}`]) {
            const headers: Record<string, string> = { 'if-none-match': known };
            if (accepted) headers['accept-encoding'] = accepted;
            const answer = await ask(path, headers);
            expect([known, answer.status, answer.headers.etag, answer.body.length]).toEqual([known, 304, tag, 0]);
            expect(answer.headers['content-encoding']).toBeUndefined();
          }
      const other = await ask(path, { 'if-none-match': `${tags[0]?.slice(0, -1)}.xz"`, 'accept-encoding': 'br' });
      expect(other.status).toBe(200);
    });
  });

  it('is never compressed to who shows a token', async () => {
    const reader = {
      ...callerHeaders(MALL),
      authorization: `Bearer ${await signToken({ roles: ['reader'], tenants: [MALL] })}`,
    };
    for (const path of [...ROUTES, '/changes'])
      for (const headers of path === '/changes' ? [callerHeaders(MALL)] : [callerHeaders(MALL), reader])
        for (let round = 0; round < 3; round++) {
          const answer = await ask(path, { ...headers, 'accept-encoding': 'br, gzip' });
          expect([path, answer.status, answer.headers['content-encoding']]).toEqual([path, 200, undefined]);
          expect(answer.headers['cache-control']).toBe('private, no-store');
          await delay(20);
        }
  });

  it('below 1 KiB is sent as it is', async () => {
    for (let round = 0; round < 5; round++) {
      expect((await ask('/tenant', { 'accept-encoding': 'br' })).headers['content-encoding']).toBeUndefined();
      await delay(20);
    }
  });

  it('counts in memory with its codings', async () => {
    const own = await startAtrium();
    try {
      await createCampaign(own, MALL, { ...ALWAYS, description: LONG });
      const memory = own.app.get(Memory, { strict: false });
      for (const path of ['/campaign-events/0', '/campaign-events']) {
        await ask(path, {}, 'GET', own);
        const before = memory.bytes;
        const { body } = await untilCoded(path, 'gzip', own);
        expect([path, memory.bytes - before]).toEqual([path, 2 * body.length]);
      }
    } finally {
      await own.close();
    }
  });

  it('new since a write is sent as it is or in the coding, never as it was', async () => {
    await untilCoded('/timeline', 'br');
    for (let round = 0; round < 5; round++) {
      await atrium.call(MALL, 'PATCH', '/campaign-events/0', { name: `Round ${round}` });
      const { headers, body } = await ask('/timeline', { 'accept-encoding': 'br' });
      const text = (headers['content-encoding'] ? brotliDecompressSync(body) : body).toString();
      expect(text).toContain(`Round ${round}`);
    }
  });

  it('lets a change through by the tag of any coding, once', async () => {
    for (const coding of CODINGS) {
      const { headers } = await untilCoded('/campaign-events/0', coding);
      const change = (name: string) =>
        atrium.call(MALL, 'PATCH', '/campaign-events/0', { name }, { 'if-match': headers.etag ?? '' });
      expect((await change(`Seen in ${coding}`)).status).toBe(200);
      expectProblem(await change('again'), 412, 'stale');
      const now = (await untilCoded('/campaign-events/0', coding)).headers.etag ?? '';
      const excluded = { 'if-none-match': now };
      expectProblem(await atrium.call(MALL, 'PATCH', '/campaign-events/0', { name: 'x' }, excluded), 412, 'stale');
      expectProblem(
        await atrium.call(MALL, 'PATCH', '/campaign-events/0', { name: 'x' }, { 'if-match': `W/${now}` }),
        412,
        'stale',
      );
    }
  });

  async function untilCoded(path: string, coding: string, of = atrium) {
    for (let tries = 0; ; tries++) {
      const answer = await ask(path, { 'accept-encoding': coding }, 'GET', of);
      if (answer.headers['content-encoding'] !== undefined && answer.headers['x-cache'] === 'memory') return answer;
      if (tries > 200) throw new Error(`${path} was never compressed`);
      await delay(10);
    }
  }

  /** One request as it stands, and the bytes of its answer. */
  async function ask(path: string, headers: Record<string, string> = {}, method = 'GET', of = atrium) {
    const { hostname, port } = new URL(of.url);
    const sent = request({ hostname, port, path, method, headers: { 'x-tenant-id': MALL, ...headers } });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const { date: _, 'x-request-id': __, ...rest } = response.headers;
    return { status: response.statusCode, headers: rest as IncomingHttpHeaders, body: await buffer(response) };
  }
});

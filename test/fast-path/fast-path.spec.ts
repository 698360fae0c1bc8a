import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Front } from '../../src/fast-path/front.js';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { ALWAYS } from '../support/rows.js';

const ROUTES = [
  '/campaign-events/live',
  '/campaign-events/0',
  '/campaign-events/0/events',
  '/events/live',
  '/events/0',
  '/timeline',
  '/tenant',
  '/campaign-events',
  '/events?state=live&sort=-id',
];

describe.each(['', '*', 'https://app.example, https://staff.example'])(
  'the fast path, with CORS_ORIGINS "%s"',
  (origins) => {
    let atrium: Atrium;
    beforeAll(async () => {
      atrium = await startAtrium({ CORS_ORIGINS: origins });
      for (const tenant of ['berlin-mall', 'york-plaza']) {
        const events = [{ name: `event of ${tenant}: Mützen für 5 €`, ...ALWAYS }];
        await atrium.call(tenant, 'POST', '/campaign-events', { name: `campaign of ${tenant} 🛍`, ...ALWAYS, events });
      }
    });
    afterAll(() => atrium.close());

    it.each(ROUTES)('answers %s as the framework does, to the byte', async (route) => {
      const { headers } = await askBothWays(route);
      const etag = headers.etag ?? '';
      const known = await ask(route, { 'if-none-match': etag });
      expect(known).toEqual(await ask(route, { 'if-none-match': `W/${etag}` }));
      expect(known).toMatchObject({ status: 304, body: '' });
    });

    it('answers what lies in memory without the framework, and leaves everything else alone', async () => {
      const FRAMEWORK = 599;
      const server = createServer((_, response) => response.writeHead(FRAMEWORK).end());
      atrium.app.get(Front, { strict: false }).install(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const status = async (path: string, init: RequestInit = {}): Promise<number> =>
        (await fetch(url + path, { ...init, headers: { 'x-tenant-id': 'berlin-mall', ...init.headers } })).status;

      for (const route of ROUTES) {
        await ask(route);
        expect([route, await status(route)]).toEqual([route, 200]);
      }
      expect(await status('/campaign-events/1')).toBe(FRAMEWORK); // nobody asked for it yet
      expect(await status('/campaign-events?sort=name')).toBe(FRAMEWORK);
      expect(await status('/campaign-events?limit=0')).toBe(FRAMEWORK);
      expect(await status('/events/live', { method: 'DELETE' })).toBe(FRAMEWORK);
      expect(await status('/events/live', { headers: { authorization: 'Bearer x' } })).toBe(FRAMEWORK);
      expect(await status('/events/live', { headers: { 'x-tenant-id': 'york-plaza' } })).toBe(FRAMEWORK);
      server.close();
    });

    it.each(ROUTES)('never answers %s with the rows of another shopping centre', async (route) => {
      for (let round = 0; round < 3; round++) {
        for (const tenant of ['berlin-mall', 'york-plaza']) {
          const { body } = await ask(route, { 'x-tenant-id': tenant });
          expect(body).toContain(tenant);
          expect(body).not.toContain(tenant === 'berlin-mall' ? 'york-plaza' : 'berlin-mall');
        }
      }
    });

    it.each([
      ['no tenant', { 'x-tenant-id': '' }, 400],
      ['two tenants', { 'x-tenant-id': 'berlin-mall, york-plaza' }, 400],
      ['an unknown tenant', { 'x-tenant-id': 'nowhere' }, 404],
      ['a tenant in capitals', { 'x-tenant-id': 'BERLIN-MALL' }, 400],
    ])('leaves %s to the framework', async (_, headers, status) => {
      expect(await ask('/events/live', headers)).toMatchObject({ status });
    });

    it('answers what is long as the framework does, to the byte', async () => {
      const events = Array.from({ length: 40 }, () => ({ name: 'Schöne Aussicht '.repeat(30), ...ALWAYS }));
      await atrium.call('york-plaza', 'POST', '/campaign-events', { name: 'long', ...ALWAYS, events });
      const { headers } = await askBothWays('/events/live', { 'x-tenant-id': 'york-plaza' });
      expect(Number(headers['content-length'])).toBeGreaterThan(20_000);
    });

    /** The fast path's answer, compared with the framework's. */
    async function askBothWays(path: string, headers: Record<string, string> = {}) {
      await ask(path, headers);
      const answer = await ask(path, headers);
      // Only the framework compares a tag that is not equal.
      expect(answer).toEqual(await ask(path, { ...headers, 'if-none-match': '"another"' }));
      expect(answer.headers['x-cache']).toBe('memory');
      return answer;
    }

    async function ask(path: string, headers: Record<string, string> = {}) {
      // fetch would ask for gzip, which is made meanwhile.
      const sent = { 'x-tenant-id': 'berlin-mall', 'accept-encoding': 'identity', ...headers };
      const response = await fetch(atrium.url + path, { headers: sent });
      const { date: _, 'x-request-id': id, ...rest } = Object.fromEntries(response.headers);
      expect(id).toMatch(/^[\w-]{36}$/);
      return { status: response.status, headers: rest as Record<string, string>, body: await response.text() };
    }
  },
);

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DistributedCache } from '../../src/cache/distributed-cache.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { type Atrium, startAtrium } from '../support/atrium.js';

const MALLS = Array.from({ length: 10 }, (_, index) => ({
  id: `mall-${index}`,
  name: `Mall ${index}`,
  timeZone: 'Europe/Berlin',
}));
const TOLERANCE_MS = 5;

let atrium: Atrium;
beforeAll(async () => {
  atrium = await startAtrium({ TENANTS: JSON.stringify(MALLS), REVISION_POLL_MS: '60000' });
});
afterAll(() => atrium.close());

it('a campaign that starts everywhere at once costs no query, and nobody sees it early or late', async () => {
  const startMs = Date.now() + 2_000;
  for (const { id } of MALLS) {
    const body = { name: 'midnight', startDate: new Date(startMs).toISOString(), endDate: '2900-01-01T00:00:00Z' };
    expect((await atrium.call(id, 'POST', '/campaign-events', body)).status).toBe(201);
    await atrium.call(id, 'GET', '/campaign-events/live');
  }
  const asked = {
    database: count(atrium.app.get(TenantDatabase), 'read'),
    redis: count(atrium.app.get(DistributedCache, { strict: false }), 'get'),
  };

  const wrong: string[] = [];
  let [early, late] = [0, 0];
  const phone = async (tenant: string): Promise<void> => {
    while (Date.now() < startMs + 1_000) {
      const askedMs = Date.now();
      const { body, headers } = await atrium.call<unknown[]>(tenant, 'GET', '/campaign-events/live');
      const answeredMs = Date.now();
      const isLive = body.length > 0;
      if (answeredMs < startMs) early++;
      if (askedMs > startMs) late++;
      if (isLive && answeredMs < startMs - TOLERANCE_MS)
        wrong.push(`${tenant} saw it ${startMs - answeredMs} ms early`);
      if (!isLive && askedMs > startMs + TOLERANCE_MS) wrong.push(`${tenant} missed it ${askedMs - startMs} ms late`);
      const maxAgeMs = 1_000 * Number(/max-age=(\d+)/.exec(headers.get('cache-control') ?? '')?.[1]);
      if (!isLive && askedMs + maxAgeMs > startMs + TOLERANCE_MS)
        wrong.push(`${tenant} may keep it ${maxAgeMs} ms, past its start`);
    }
  };
  await Promise.all(MALLS.flatMap(({ id }) => [phone(id), phone(id)]));

  expect(wrong).toEqual([]);
  expect(Math.min(early, late)).toBeGreaterThan(20);
  expect([asked.database(), asked.redis()]).toEqual([0, 0]);
});

/** Counts the calls of a method from now on. */
function count(object: object, method: string): () => number {
  const original = Reflect.get(object, method) as (...args: unknown[]) => unknown;
  let calls = 0;
  Reflect.set(object, method, (...args: unknown[]) => {
    calls++;
    return original.apply(object, args);
  });
  return () => calls;
}

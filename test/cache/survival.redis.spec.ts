import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { type Atrium, NOBODY, startAtrium } from '../support/atrium.js';
import { type Fault, FaultProxy } from '../support/fault-proxy.js';
import { within } from '../support/patience.js';
import { type Redis, startRedis } from '../support/redis.js';
import { ALWAYS } from '../support/rows.js';

const MALL = 'berlin-mall';
const FAULTS: Fault[] = ['refusing', 'down', 'slow', 'cut', 'flapping'];
/** Those that cannot be taken for a moment's trouble. */
const NOTICED = new Set<Fault>(['refusing', 'down', 'slow']);
/** The longest that one call to Redis may hold up a reader, with some to spare for a busy machine. */
const PATIENCE_MS = 1_000;
/** The longest pause of the client between two attempts to connect, and a moment. */
const RECOVERY_MS = 4_000;

/** Each cell of the row "Redis" in the survival table of docs/operations.md. */
describe.each(FAULTS)('with Redis %s', (fault) => {
  let redis: Redis;
  let proxy: FaultProxy;
  let atrium: Atrium;
  let warm: number;
  let cold: number;

  beforeAll(async () => {
    redis = await startRedis();
    proxy = await FaultProxy.start(redis.port);
    atrium = await startAtrium({ REDIS_URL: `redis://127.0.0.1:${proxy.port}`, REVISION_POLL_MS: '300' });
    const create = async (name: string): Promise<number> =>
      (await atrium.call(MALL, 'POST', '/campaign-events', { name, ...ALWAYS })).body.id;
    warm = await create('warm');
    cold = await create('cold');
    await atrium.call(MALL, 'GET', '/campaign-events/live');
    await atrium.call(MALL, 'GET', `/campaign-events/${warm}`);
    await proxy.inject(fault);
    await delay(50);
  });
  afterAll(async () => {
    await atrium.close();
    await proxy.close();
    await redis.kill();
  });

  it('what is in memory is read as ever', async () => {
    for (const path of ['/campaign-events/live', `/campaign-events/${warm}`]) {
      const { status, headers } = await within(PATIENCE_MS, atrium.call(MALL, 'GET', path));
      expect([status, headers.get('x-cache')]).toEqual([200, 'memory']);
    }
  });

  it('what is not in memory comes from the database', async () => {
    const { status, headers } = await within(PATIENCE_MS, atrium.call(MALL, 'GET', `/campaign-events/${cold}`));
    expect(status).toBe(200);
    expect(headers.get('x-cache')).toMatch(/^(database|redis)$/);
    expect((await within(PATIENCE_MS, atrium.call(MALL, 'GET', '/campaign-events?sort=-id'))).status).toBe(200);
  });

  it('writes are taken, and shown at once by the one that took them', async () => {
    for (let round = 0; round < 5; round++) {
      const name = `renamed ${round}`;
      const { status } = await within(PATIENCE_MS, atrium.call(MALL, 'PATCH', `/campaign-events/${warm}`, { name }));
      expect(status).toBe(200);
      const { body } = await within(PATIENCE_MS, atrium.call<{ name: string }[]>(MALL, 'GET', '/campaign-events/live'));
      expect(body.map((campaign) => campaign.name)).toContain(name);
      await delay(100);
    }
  });

  it('says that it is alive and ready, and that Redis is away', async () => {
    for (const path of ['/health/live', '/health/ready', '/health']) {
      expect((await within(PATIENCE_MS, atrium.call(NOBODY, 'GET', path))).status).toBe(200);
    }
    const allowed = NOTICED.has(fault) ? ['degraded'] : ['degraded', 'up'];
    expect(allowed).toContain(await redisStatus());
  });

  it('once it is mended, Redis is used again', async () => {
    await proxy.inject('none');
    const untilMs = performance.now() + RECOVERY_MS;
    while ((await redisStatus()) !== 'up' && performance.now() < untilMs) await delay(50);
    expect(await redisStatus()).toBe('up');
  });

  async function redisStatus(): Promise<string> {
    const { body } = await atrium.call<{ details: { redis: { status: string } } }>(NOBODY, 'GET', '/health');
    return body.details.redis.status;
  }
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { DistributedCache } from '../../src/cache/distributed-cache.js';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { type Redis, startRedis } from '../support/redis.js';
import { ALWAYS } from '../support/rows.js';

describe('while Redis is away', () => {
  let atrium: Atrium;
  let redis: Redis;
  beforeAll(async () => {
    redis = await startRedis();
    atrium = await startAtrium({ REDIS_URL: redis.url, REVISION_POLL_MS: '500' });
    await atrium.call('berlin-mall', 'POST', '/campaign-events', { name: 'start', ...ALWAYS });
  });
  afterEach(() => redis.restart());
  afterAll(async () => {
    await atrium.close();
    await redis.kill();
  });

  const faults: [string, () => unknown, () => unknown][] = [
    ['killed', () => redis.kill(), () => redis.restart()],
    ['frozen', () => redis.freeze(), () => redis.thaw()],
    ['flushed', () => redis.flush(), () => undefined],
  ];
  it.each(faults)('%s, every read and every write goes on', async (_, begin, end) => {
    const before = await load(atrium, 1_000);
    await begin();
    const during = await load(atrium, 3_000);
    await end();
    const after = await load(atrium, 1_500);
    for (const { failures } of [before, during, after]) expect(failures).toEqual([]);
    for (const { writes, reads } of [before, during, after]) expect(Math.min(writes, reads)).toBeGreaterThan(2);
    process.stdout.write(
      `p99 ${[before, during, after].map(({ p99Ms }) => p99Ms.toFixed(1)).join(' / ')} ms before / during / after\n`,
    );
  });
});

describe('the circuit that leaves Redis alone', () => {
  it('closes again, though the clock was set back meanwhile and nobody calls', async () => {
    const redis = await startRedis();
    const atrium = await startAtrium({ REDIS_URL: redis.url });
    const { now } = Date;
    try {
      const circuit = atrium.app.get(DistributedCache);
      redis.freeze();
      for (let row = 0; !circuit.isCircuitOpen; row++) await atrium.call('berlin-mall', 'GET', `/events/${row}`);
      redis.thaw();
      Date.now = () => now() - 1_500; // its first attempt is too early by this clock
      for (let waits = 0; circuit.isCircuitOpen && waits < 100; waits++) await delay(50);
      expect(circuit.isCircuitOpen).toBe(false);
    } finally {
      Date.now = now;
      redis.thaw();
      await atrium.close();
      await redis.kill();
    }
  });
});

/** Readers of what is live and of rows, and a writer, for so long; what failed is told in words. */
async function load(atrium: Atrium, durationMs: number) {
  const untilMs = performance.now() + durationMs;
  const failures: string[] = [];
  const timesMs: number[] = [];
  let [reads, writes] = [0, 0];
  const ask = async (...request: [method: string, path: string, body?: object]): Promise<void> => {
    const began = performance.now();
    const { status, body } = await atrium
      .call('berlin-mall', ...request)
      .catch((error: unknown) => ({ status: 0, body: error }));
    timesMs.push(performance.now() - began);
    if (status !== 200 && status !== 201)
      failures.push(`${request[0]} ${request[1]}: ${status} ${JSON.stringify(body)}`);
  };
  const reader = async (path: string): Promise<void> => {
    for (; performance.now() < untilMs; reads++) await ask('GET', path);
  };
  const writer = async (): Promise<void> => {
    for (; performance.now() < untilMs; writes++) {
      await ask('PATCH', '/campaign-events/0', { name: `name ${writes}` });
      await delay(10);
    }
  };
  await Promise.all([
    reader('/campaign-events/live'),
    reader('/campaign-events/0'),
    reader('/campaign-events/0/events'),
    writer(),
  ]);
  timesMs.sort((a, b) => a - b);
  return { failures, reads, writes, p99Ms: timesMs[Math.floor(timesMs.length * 0.99)] ?? 0 };
}

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { unavailable } from '../../src/problem/problem.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { type Redis, startRedis } from '../support/redis.js';

const ALWAYS = { startDate: '2020-01-01T00:00:00Z', endDate: '2900-01-01T00:00:00Z' };

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
    for (const { writes, reads } of [before, during, after]) expect(Math.min(writes, reads)).toBeGreaterThan(10);
    process.stdout.write(
      `p99 ${[before, during, after].map(({ p99Ms }) => p99Ms.toFixed(1)).join(' / ')} ms before / during / after\n`,
    );
  });
});

describe('while the database is away', () => {
  let atrium: Atrium;
  let mend: () => void;
  beforeAll(async () => {
    atrium = await startAtrium({ REVISION_POLL_MS: '200' });
  });
  afterEach(() => mend());
  afterAll(() => atrium.close());

  /** From now on the database answers nobody. */
  function cut(): void {
    const database = atrium.app.get<object>(TenantDatabase);
    Object.assign(database, { read: answerNobody, write: answerNobody });
    // The class's own methods show again.
    mend = () => ['read', 'write'].forEach((method) => Reflect.deleteProperty(database, method));
  }

  it('what is live goes on being served and changes at its instants; writes get 503; it recovers by itself', async () => {
    const soon = new Date(Date.now() + 1_500);
    await atrium.call('berlin-mall', 'POST', '/campaign-events', { name: 'always', ...ALWAYS });
    await atrium.call('berlin-mall', 'POST', '/campaign-events', {
      ...ALWAYS,
      name: 'soon',
      startDate: soon.toISOString(),
    });
    const live = async () => {
      const { status, body, headers } = await atrium.call<{ name: string }[]>(
        'berlin-mall',
        'GET',
        '/campaign-events/live',
      );
      return { status, names: body.map(({ name }) => name), origin: headers.get('x-cache') };
    };
    expect(await live()).toMatchObject({ status: 200, names: ['always'] });

    cut();
    const written = await atrium.call('berlin-mall', 'POST', '/campaign-events', { name: 'lost', ...ALWAYS });
    expect(written.status).toBe(503);
    expect(written.headers.get('retry-after')).toBe('5');
    const origins = new Set<string | null>();
    while (Date.now() < soon.getTime() + 500) {
      const askedMs = Date.now();
      const { status, names, origin } = await live();
      origins.add(origin);
      expect(status).toBe(200);
      // Around the instant either may be seen: the request was under way.
      const allowed = [
        ...(askedMs <= soon.getTime() + 5 ? [['always']] : []),
        ...(Date.now() >= soon.getTime() ? [['always', 'soon']] : []),
      ];
      expect(allowed).toContainEqual(names);
      await delay(5);
    }
    expect(origins).toContain('stale');

    mend();
    await delay(500);
    expect(await live()).toMatchObject({ status: 200, origin: 'memory' });
    expect((await atrium.call('berlin-mall', 'POST', '/campaign-events', { name: 'back', ...ALWAYS })).status).toBe(
      201,
    );
    expect((await live()).names).toContain('back');
  });

  it('the last good answer is not served for longer than STALE_MAX_S', async () => {
    expect((await atrium.call('berlin-mall', 'GET', '/campaign-events/live')).status).toBe(200);
    cut();
    await delay(600);
    expect((await atrium.call('berlin-mall', 'GET', '/campaign-events/live')).headers.get('x-cache')).toBe('stale');
    atrium.clock.setMs = Date.now() + 86_400_000 + 60_000;
    expect((await atrium.call('berlin-mall', 'GET', '/campaign-events/live')).status).toBe(503);
    atrium.clock.setMs = undefined;
  });

  it('a row that nobody read before gets 503 with Retry-After', async () => {
    cut();
    const { status, headers } = await atrium.call('york-plaza', 'GET', '/campaign-events/0');
    expect(status).toBe(503);
    expect(headers.get('retry-after')).not.toBeNull();
  });
});

async function answerNobody(): Promise<never> {
  throw unavailable('database-unavailable', 'The database does not answer just now.', 5, undefined);
}

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

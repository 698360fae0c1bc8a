import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { TENANTS } from '../support/atrium.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { type AtriumProcess, endProcess, startProcess } from '../support/process.js';
import { type Redis, startRedis } from '../support/redis.js';
import { ALWAYS } from '../support/rows.js';

const MALL = 'berlin-mall';
const WRITES = 500;
/** Writes before those that are timed: a process that has only just started runs code that was never compiled. */
const WARM_UP = 20;
/** Phones show no token. */
const OF_A_PHONE = { authorization: '' };

describe('three processes on one database and one Redis', () => {
  let database: TestDatabase;
  let redis: Redis;
  const processes: AtriumProcess[] = [];

  beforeAll(async () => {
    database = await createDatabase();
    redis = await startRedis();
    for (let index = 0; index < 3; index++) {
      processes.push(
        await startProcess({
          DATABASE_URL: database.url,
          DATABASE_MIGRATE: 'true',
          TENANTS: JSON.stringify(TENANTS),
          REDIS_URL: redis.url,
        }),
      );
    }
  }, 120_000);
  afterAll(async () => {
    await Promise.all(processes.map((process) => endProcess(process)));
    await redis.kill();
    await database.remove();
  });

  it(`show each of ${WRITES} writes through one of them within 50 ms, and never an older revision after a newer`, async () => {
    const [writer, ...others] = processes as [AtriumProcess, AtriumProcess, AtriumProcess];
    const { status, body } = await writer.call(MALL, 'POST', '/campaign-events', { name: 'start', ...ALWAYS });
    expect([status, body]).toEqual([201, expect.objectContaining({ name: 'start' })]);
    for (const { call } of processes) await call(MALL, 'GET', '/campaign-events/live');

    // Every process is read all the time; what it shows is noted with the time at which it was shown.
    const shownAt = others.map(() => new Map<number, number>());
    const backward: string[] = [];
    const stop = new AbortController();
    const watching = others.map(async (process, index) => {
      let last = 0;
      while (!stop.signal.aborted) {
        const { headers } = await process.call(MALL, 'GET', '/campaign-events/live', undefined, OF_A_PHONE);
        const revision = revisionOf(headers);
        if (revision < last) backward.push(`process ${index} showed ${revision} after ${last}`);
        for (let each = last + 1; each <= revision; each++) shownAt[index]?.set(each, performance.now());
        last = revision;
        await delay(2); // reads enough, and leaves the machine to the processes
      }
    });

    const lagsMs: number[] = [];
    for (let write = -WARM_UP; write < WRITES; write++) {
      const { status, headers } = await writer.call(MALL, 'PATCH', `/campaign-events/${body.id}`, {
        name: `name ${write}`,
      });
      const writtenMs = performance.now();
      expect(status).toBe(200);
      const revision = revisionOf(headers);
      for (const shown of shownAt) {
        const lagMs = (await timeOf(shown, revision)) - writtenMs;
        if (write >= 0) lagsMs.push(lagMs);
      }
    }
    stop.abort();
    await Promise.all(watching);

    lagsMs.sort((a, b) => a - b);
    const p99 = lagsMs[Math.floor(lagsMs.length * 0.99)] ?? Infinity;
    process.stdout.write(
      `a write shows on other processes ${p99.toFixed(1)} ms after its answer (p99 of ${lagsMs.length})\n`,
    );
    expect(backward).toEqual([]);
    expect(p99).toBeLessThan(50);
  }, 120_000);
});

async function timeOf(shown: Map<number, number>, revision: number): Promise<number> {
  const untilMs = performance.now() + 10_000;
  while (!shown.has(revision) && performance.now() < untilMs) await delay(1);
  return shown.get(revision) ?? Infinity;
}

/** The second part of an entity tag: `"<epoch>.<revision>…"`. */
function revisionOf(headers: Headers): number {
  return Number(/^"[^.]+\.(\d+)/.exec(headers.get('etag') ?? '')?.[1]);
}

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TENANTS } from '../support/atrium.js';
import { Collector } from '../support/collector.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { type AtriumProcess, endProcess, startProcess } from '../support/process.js';
import { type Redis, startRedis } from '../support/redis.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

let database: TestDatabase;
let redis: Redis;
let collector: Collector;
let atrium: AtriumProcess;
beforeAll(async () => {
  [database, redis, collector] = await Promise.all([createDatabase(), startRedis(), Collector.start()]);
  const environment = { DATABASE_URL: database.url, DATABASE_MIGRATE: 'true', TENANTS: JSON.stringify(TENANTS) };
  atrium = await startProcess({ ...environment, ...collector.environment, REDIS_URL: redis.url });
});
afterAll(async () => {
  await endProcess(atrium, 'SIGKILL');
  collector.close();
  await redis.kill();
  await database.remove();
});

it('a trace leads from the request to Redis, and shows no key', async () => {
  await atrium.call('berlin-mall', 'GET', '/events/live', undefined, {
    traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
    authorization: '',
  });
  const ofCaller = () => collector.spans.filter(({ traceId }) => traceId === TRACE);
  const request = () => ofCaller().find(({ name }) => name === 'GET /events/live');
  const get = () => ofCaller().find(({ name }) => /\bGET$/.test(name));
  await collector.until(() => request() !== undefined && get() !== undefined);
  expect(request()?.spanId).toMatch(/^[0-9a-f]{16}$/);
  expect(get()?.parentSpanId).toBe(request()?.spanId);
  expect(JSON.stringify(ofCaller())).not.toContain('berlin-mall');
});

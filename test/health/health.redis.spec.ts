import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Atrium, NOBODY, startAtrium } from '../support/atrium.js';
import { type Redis, startRedis } from '../support/redis.js';

let atrium: Atrium;
let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
  atrium = await startAtrium({ REDIS_URL: redis.url, LOG_LEVEL: 'fatal' });
});
afterAll(async () => {
  await atrium.close();
  await redis.kill();
});

it('that Redis is away is reported and measured, is no 503, and passes', async () => {
  await until('up', 1);
  await redis.kill();
  await until('degraded', 0);
  expect((await atrium.call(NOBODY, 'GET', '/health/ready')).status).toBe(200);
  await redis.restart();
  await until('up', 1);
});

/** Until the report and the metrics say so. */
async function until(status: string, connected: number): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const report = await atrium.call<{ details: { redis: { status: string } } }>(NOBODY, 'GET', '/health');
    const { body: metrics } = await atrium.call<string>(NOBODY, 'GET', '/metrics');
    expect(report.status).toBe(200);
    expect(metrics).toMatch(/^atrium_redis_circuit_open [01]$/m);
    const found = `${report.body.details.redis.status} ${/^atrium_backplane_connected (\d)$/m.exec(metrics)?.[1]}`;
    if (found === `${status} ${connected}`) return;
    if (attempt > 150) throw new Error(`It stays at ${found}`);
    await delay(100);
  }
}

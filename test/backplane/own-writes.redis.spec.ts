import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Backplane } from '../../src/backplane/backplane.js';
import { RedisBackplane } from '../../src/backplane/redis-backplane.js';
import { loadConfig } from '../../src/config/config.js';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { announcementsOn, heardBy } from '../support/heard.js';
import { ask, type Redis, startRedis } from '../support/redis.js';
import { createCampaign } from '../support/rows.js';

const MALL = 'berlin-mall';

describe('of pods that share a Redis', () => {
  const { redisPrefix } = loadConfig({});
  let redis: Redis;
  let writer: Atrium;
  let other: Backplane;
  beforeAll(async () => {
    redis = await startRedis();
    writer = await startAtrium({ REDIS_URL: redis.url });
    other = new RedisBackplane(redis.url, redisPrefix);
    await until(() => [writer.app.get(Backplane, { strict: false }), other].every(({ isConnected }) => isConnected));
  });
  afterAll(async () => {
    (other as RedisBackplane).close();
    await writer.close();
    await redis.kill();
  });

  it('the one that writes hears of its write once, and each other pod once', async () => {
    const [heardByWriter, heardByOther] = [heardBy(writer), announcementsOn(other)];
    await createCampaign(writer, MALL);
    await until(() => heardByOther.length > 0);
    await delay(200); // for what comes a second time
    expect(heardByWriter).toEqual([`read or written: ${MALL} 1`]);
    expect(heardByOther).toEqual([`announced: ${MALL} 1`]);
  });

  it('all hear a message that does not say which pod sent it, such as an older release sends', async () => {
    const [heardByWriter, heardByOther] = [heardBy(writer), announcementsOn(other)];
    const message = JSON.stringify({ tenantId: 'york-plaza', epoch: randomUUID(), revision: 7 });
    await ask(redis.port, `PUBLISH ${redisPrefix}:revisions '${message}'`);
    await until(() => heardByWriter.length > 0 && heardByOther.length > 0);
    expect([heardByWriter, heardByOther]).toEqual([['announced: york-plaza 7'], ['announced: york-plaza 7']]);
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; !condition(); attempt++) {
    if (attempt > 500) throw new Error('It did not happen');
    await delay(10);
  }
}

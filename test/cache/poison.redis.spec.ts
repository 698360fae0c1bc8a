import { setTimeout as delay } from 'node:timers/promises';
import { CACHE_MANAGER } from '@nestjs/cache-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Cache } from 'cache-manager';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { type Redis, startRedis } from '../support/redis.js';
import { createCampaign } from '../support/rows.js';

const LIVE = '/campaign-events/live';
const ROW = '/campaign-events/0';

describe('what Atrium did not store in Redis itself', () => {
  let redis: Redis;
  let atrium: Atrium;
  let cache: Cache;
  const keys: string[] = [];
  beforeAll(async () => {
    redis = await startRedis();
    atrium = await startAtrium({ REDIS_URL: redis.url, CACHE_MEMORY_MB: '0' });
    await createCampaign(atrium, 'berlin-mall');
    cache = atrium.app.get<Cache>(CACHE_MANAGER, { strict: false });
    const set = cache.set.bind(cache);
    cache.set = (key, ...rest) => {
      keys.push(key);
      return set(key, ...rest);
    };
    while ((await get(ROW)).headers.get('x-cache') !== 'redis') await delay(20);
    while ((await get(LIVE)).headers.get('x-cache') !== 'redis') await delay(20);
    cache.set = set;
  });
  afterAll(async () => {
    await atrium.close();
    await redis.kill();
  });

  const row = { kind: 'row', json: '{}', visibleMs: 0 };
  const campaign = { id: 0, json: '{}', visibleMs: 0, startMs: 0, endMs: 1, isPublished: true, events: [] };
  it.each([
    'text',
    [],
    { loadedMs: 1 },
    { loadedMs: 1, content: null },
    { loadedMs: 1, content: { kind: 'other' } },
    { content: row },
    { loadedMs: '1', content: row },
    { loadedMs: 1, content: { ...row, json: {} } },
    { loadedMs: 1, content: { ...row, visibleMs: undefined } },
    { loadedMs: 1, content: { ...row, visibleMs: 'x' } },
    { loadedMs: 1, content: { kind: 'list' } },
    { loadedMs: 1, content: { kind: 'list', visibleMs: 0, rows: [{ json: '{}' }] } },
    { loadedMs: 1, content: { kind: 'timeline' } },
    { loadedMs: 1, content: { kind: 'timeline', campaigns: [null] } },
    ...[
      { json: 1 },
      { id: 'x' },
      { startMs: '0' },
      { endMs: null },
      { visibleMs: '0' },
      { isPublished: 1 },
      { events: null },
      { events: [{ ...campaign, json: 1 }] },
    ].map((wrong) => ({ loadedMs: 1, content: { kind: 'timeline', campaigns: [{ ...campaign, ...wrong }] } })),
  ])('is as good as nothing: %j', async (poison) => {
    for (const path of [ROW, LIVE]) {
      const key = keys.find((key) => key.endsWith(path === LIVE ? ':timeline' : path)) ?? '';
      await cache.set(key, poison);
      expect(await cache.get(key)).toEqual(JSON.parse(JSON.stringify(poison)));
      const { status, headers } = await get(path);
      expect([status, headers.get('x-cache')]).toEqual([200, 'database']);
    }
  });

  function get(path: string) {
    return atrium.call('berlin-mall', 'GET', path);
  }
});

import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { CACHE_MANAGER } from '@nestjs/cache-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Cache } from 'cache-manager';
import { Seal } from '../../src/cache/seal.js';
import { loadConfig } from '../../src/config/config.js';
import { type Atrium, JWT_SECRET, startAtrium } from '../support/atrium.js';
import { type Redis, startRedis } from '../support/redis.js';
import { createCampaign } from '../support/rows.js';

const LIVE = '/campaign-events/live';
const ROW = '/campaign-events/0';

describe('what Atrium did not store in Redis itself', () => {
  let redis: Redis;
  let atrium: Atrium;
  let cache: Cache;
  const seal = new Seal(loadConfig({ JWT_SECRET }));
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
    { loadedMs: 1, content: null },
    { loadedMs: 1, content: { kind: 'other' } },
    { loadedMs: undefined },
    { loadedMs: '1' },
    { content: { ...row, json: {} } },
    { content: { ...row, json: '{"id":0' } },
    { content: { ...row, json: '{}\n' } },
    { content: { ...row, visibleMs: undefined } },
    { content: { ...row, visibleMs: 'x' } },
    { content: { kind: 'list' } },
    { content: { kind: 'list', visibleMs: 0, rows: [{ json: '{}' }] } },
    { content: { kind: 'timeline' } },
    { content: { kind: 'timeline', campaigns: [null] } },
    ...[
      { json: 1 },
      { json: '{},{}' },
      { id: 'x' },
      { startMs: '0' },
      { endMs: null },
      { visibleMs: '0' },
      { isPublished: 1 },
      { events: null },
      { events: [{ ...campaign, json: 1 }] },
      { events: [{ ...campaign, json: '{' }] },
    ].map((wrong) => ({ content: { kind: 'timeline', campaigns: [{ ...campaign, ...wrong }] } })),
    { tenantId: 'york-plaza' },
    { epoch: 'another' },
    { revision: 99 },
    { revision: '1' },
    { path: '/campaign-events/1' },
    { seal: '' },
    { seal: 'A'.repeat(43) },
    { seal: undefined },
    { seal: ['x'] },
  ])('is as good as nothing: %j', async (poison) => {
    for (const path of [ROW, LIVE]) {
      const key = keyOf(path);
      const good = await cache.get<object>(key);
      const value =
        typeof poison === 'string' || Array.isArray(poison) ? poison : sealed({ ...good, ...(poison as object) });
      await cache.set(key, value);
      expect(await cache.get(key)).toEqual(JSON.parse(JSON.stringify(value)));
      const { status, headers } = await get(path);
      expect([status, headers.get('x-cache')]).toEqual([200, 'database']);
      while (!isDeepStrictEqual(await cache.get(key), good)) await delay(1).then(() => cache.set(key, good));
    }
  });

  it('is the least that is refused: the same value with the seal of the pods is served', async () => {
    for (const path of [ROW, LIVE]) {
      await cache.set(keyOf(path), sealed({ ...(await cache.get<object>(keyOf(path))) }));
      expect((await get(path)).headers.get('x-cache')).toBe('redis');
    }
  });

  it('is not served when it is what Atrium stored for another shopping centre', async () => {
    await createCampaign(atrium, 'york-plaza', { name: 'of York' });
    while ((await atrium.call('york-plaza', 'GET', ROW)).headers.get('x-cache') !== 'redis') await delay(20);
    const ofYork = keys.find((key) => key.includes('york-plaza') && key.endsWith(ROW));
    const foreign = await cache.get(ofYork ?? 'none');
    expect(foreign).toBeDefined();
    await cache.set(keyOf(ROW), foreign);
    const { headers, body } = await get(ROW);
    expect([headers.get('x-cache'), body.name]).toEqual(['database', 'Black Friday']);
  });

  function keyOf(path: string): string {
    return keys.find((key) => key.endsWith(path === LIVE ? ':timeline' : path)) ?? '';
  }

  /** With the seal that the pods would give it, unless it has none on purpose. */
  function sealed(value: { seal?: unknown }): object {
    const { seal: given, ...rest } = value;
    const isGenuine = typeof given === 'string' && given.length === 43 && !/^A+$/.test(given);
    return isGenuine ? { ...rest, seal: seal.of(JSON.stringify(rest)) } : value;
  }

  function get(path: string) {
    return atrium.call('berlin-mall', 'GET', path);
  }
});

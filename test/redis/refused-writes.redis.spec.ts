import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NOBODY, TENANTS } from '../support/atrium.js';
import { type AtriumProcess, endProcess, startProcess } from '../support/process.js';
import { ask, type Redis, startRedis } from '../support/redis.js';
import { ALWAYS, createCampaign } from '../support/rows.js';

const MALL = 'berlin-mall';

describe('a Redis that is read and takes no writes', () => {
  let folder: string;
  let redis: Redis;
  let master: Redis;
  let atrium: AtriumProcess;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atrium-test-'));
    const options = ['--dir', folder]; // a replica keeps a copy of what it gets
    [redis, master] = await Promise.all([startRedis(options), startRedis(options)]);
    atrium = await startProcess({
      DATABASE_URL: `sqlite:${folder}`,
      TENANTS: JSON.stringify(TENANTS),
      REDIS_URL: redis.url,
      CACHE_MEMORY_MB: '0',
      LOG_FORMAT: 'json',
    });
    for (let row = 0; row < 20; row++) await createCampaign(atrium, MALL, ALWAYS);
  });
  afterEach(async () => {
    await endProcess(atrium);
    rmSync(folder, { recursive: true });
    await Promise.all([redis.kill(), master.kill()]);
  });

  it.each([
    ['since its memory is full', () => 'CONFIG SET maxmemory 1mb', () => 'CONFIG SET maxmemory 0', /OOM/g],
    ['since it is a replica', () => `REPLICAOF 127.0.0.1 ${master.port}`, () => 'REPLICAOF NO ONE', /READONLY/g],
  ])('%s, is reported once and read on, and written to again by itself', async (_, begin, end, code) => {
    await until(async () => (await origin(0)) === 'redis');
    if (begin().startsWith('REPLICAOF')) await ask(master.port, `REPLICAOF 127.0.0.1 ${redis.port}`).then(follows);
    await ask(redis.port, begin());
    await until(async () => {
      for (let row = 1; row < 10; row++) await origin(row);
      return (await health()).status === 'degraded';
    });
    expect((await health()).message).toContain('takes no writes');
    for (let read = 0; read < 40; read++) expect(await origin(1 + (read % 9))).toBe('database');
    expect(await origin(0)).toBe('redis');
    expect(await metric('atrium_redis_circuit_open')).toBe('1');
    await delay(1_500); // longer than the pause between its trials
    expect((await health()).status).toBe('degraded');
    expect(atrium.output().match(code)).toHaveLength(1);
    expect(atrium.output()).not.toContain('takes writes again');

    await ask(redis.port, end());
    await until(async () => (await health()).status === 'up');
    expect(await metric('atrium_redis_circuit_open')).toBe('0');
    await until(async () => (await origin(15)) === 'redis');
    expect(atrium.output().match(code)).toHaveLength(1);
    expect(atrium.output().match(/takes writes again/g)).toHaveLength(1);
  });

  /** The master has what the other had, so that the replica keeps it. */
  async function follows(): Promise<void> {
    await until(async () => (await ask(master.port, 'INFO replication')).includes('master_link_status:up'));
    await ask(master.port, 'REPLICAOF NO ONE');
  }

  async function origin(row: number): Promise<string | null> {
    return (await atrium.call(MALL, 'GET', `/campaign-events/${row}`)).headers.get('x-cache');
  }

  async function health(): Promise<{ status: string; message?: string }> {
    const { body } = await atrium.call<{ details: { redis: { status: string; message?: string } } }>(
      NOBODY,
      'GET',
      '/health',
    );
    return body.details.redis;
  }

  async function metric(name: string): Promise<string | undefined> {
    const { body } = await atrium.call<string>(NOBODY, 'GET', '/metrics');
    return new RegExp(`^${name} (\\d)$`, 'm').exec(body)?.[1];
  }
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; !(await condition()); attempt++) {
    if (attempt > 200) throw new Error('It did not happen');
    await delay(50);
  }
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Cached } from '../../src/cache/cached.js';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { Tenant } from '../../src/catalogue/tenant.entity.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { type Pod, Pods } from '../support/pod.js';
import { type Redis, startRedis } from '../support/redis.js';

const POLL_MS = 1_000;

describe('pods that share a Redis', () => {
  let atrium: Atrium;
  let pods: Pods;
  let redis: Redis;
  let environment: Record<string, string>;
  beforeAll(async () => {
    atrium = await startAtrium();
    pods = new Pods(atrium);
    redis = await startRedis();
    environment = { REDIS_URL: redis.url, REVISION_POLL_MS: String(POLL_MS) };
  });
  afterAll(async () => {
    await redis.kill();
    await pods.close();
    await atrium.close();
  });

  it('show every write of one of them within 50 ms, and never an older one after it', async () => {
    const all = [pods.open({ environment }), pods.open({ environment }), pods.open({ environment })];
    const [writer, ...others] = all as [Pod, Pod, Pod];
    const id = await writer.create('start');
    await settled(all);

    const lagsMs: number[] = [];
    for (let round = 0; round < 500; round++) {
      await writer.rename(id, `round ${round}`);
      const writtenMs = performance.now();
      const { revision } = await writer.live();
      await Promise.all(
        others.map(async (pod) => {
          await until(async () => (await pod.live()).revision >= revision);
          lagsMs.push(performance.now() - writtenMs);
        }),
      );
    }
    lagsMs.sort((a, b) => a - b);
    const p99 = lagsMs[Math.floor(lagsMs.length * 0.99)] ?? Infinity;
    process.stdout.write(`a write shows on other pods within ${p99.toFixed(1)} ms (p99 of ${lagsMs.length})\n`);
    expect(p99).toBeLessThan(50);
  });

  it('are right within the poll when messages are lost, and at once when the backplane is back', async () => {
    const proxy = await FaultProxy.start(redis.port);
    const backplaneUrl = `redis://127.0.0.1:${proxy.port}`;
    const writer = pods.open({ environment });
    const reader = pods.open({ environment, backplaneUrl });
    const id = await writer.create('start');
    await settled([writer, reader]);

    await proxy.inject('refusing');
    await writer.rename(id, 'unheard');
    const cutMs = performance.now();
    await until(async () => (await reader.live()).names.includes('unheard'));
    expect(performance.now() - cutMs).toBeLessThan(POLL_MS + 500);

    // From here on the poll does not help: only the reconnection can.
    const patient = pods.open({
      environment: { ...environment, REVISION_POLL_MS: '60000' },
      backplaneUrl,
    });
    await proxy.inject('none');
    await settled([writer, patient]);
    await proxy.inject('refusing');
    await writer.rename(id, 'missed');
    await delay(200);
    expect((await patient.live()).names).not.toContain('missed');
    await proxy.inject('none');
    const mendedMs = performance.now();
    await until(async () => (await patient.live()).names.includes('missed'));
    expect(performance.now() - mendedMs).toBeLessThan(3_000); // the longest pause of the client, and a moment
    await proxy.close();
  });

  it('find in Redis what a neighbour has loaded', async () => {
    const first = pods.open({ environment });
    const second = pods.open({ environment });
    await Promise.all([first.connected(), second.connected()]);
    await first.create('shared');
    expect((await first.live()).origin).toBe('database');
    await delay(50); // it is stored without waiting
    expect((await second.live()).origin).toBe('redis');
    expect(second.databaseReads).toBe(1); // the revision alone
  });

  it('renew after a write what they had found in Redis, too', async () => {
    const first = pods.open({ environment });
    const second = pods.open({ environment });
    await Promise.all([first.connected(), second.connected()]);
    const id = await first.create('found');
    await settled([first]);
    await delay(50); // it is stored without waiting
    expect((await second.live()).origin).toBe('redis');
    await first.rename(id, 'renewed');
    await delay(200);
    expect(await second.live()).toMatchObject({ names: expect.arrayContaining(['renewed']), origin: 'memory' });
  });

  it.each(['itself', 'another'])('miss no write by %s while they first ask where a tenant stands', async (whose) => {
    const reader = pods.open({ environment });
    const another = pods.open({ environment });
    await Promise.all([reader.connected(), another.connected()]);
    const id = await another.create(`before ${whose}`);
    await another.live();
    await delay(300); // it is stored, and the reader hears the others

    const held = Promise.withResolvers<void>();
    const { unitOfWork } = reader;
    const version = unitOfWork.version.bind(unitOfWork);
    unitOfWork.version = async () => {
      const read = await version();
      await held.promise;
      return read;
    };
    const first = reader.live();
    await delay(50);
    await (whose === 'itself' ? reader : another).rename(id, `after ${whose}`);
    await delay(50);
    held.resolve();
    await first;
    expect((await reader.live()).names).toContain(`after ${whose}`);
  });

  it('never find what another tenant has stored, be its schema a copy with the same epoch and revision', async () => {
    const pod = pods.open({ environment });
    await pod.connected();
    const { tenant } = pod;
    const other = Object.assign(new Tenant(), tenant, { id: 'york-plaza' });
    const version = { epoch: '00000000-0000-0000-0000-000000000000', revision: 7 };
    const cached = new Cached(version, { kind: 'row', json: '"secret"', visibleMs: 0 }, Date.now());
    pod.distributed.set(tenant, '/campaign-events/0', cached);
    await until(async () => (await pod.distributed.get(tenant, version, '/campaign-events/0')) !== undefined);
    expect(await pod.distributed.get(other, version, '/campaign-events/0')).toBeUndefined();
    expect(await pod.distributed.get(tenant, { ...version, revision: 8 }, '/campaign-events/0')).toBeUndefined();
    expect(await pod.distributed.get(tenant, { ...version, epoch: 'b' }, '/campaign-events/0')).toBeUndefined();
    expect(await pod.distributed.get(tenant, version, '/campaign-events/1')).toBeUndefined();
  });
});

/** Every pod hears the others and shows the same. */
async function settled(pods: Pod[]): Promise<void> {
  await delay(300);
  await until(async () => new Set(await Promise.all(pods.map(async (pod) => (await pod.live()).revision))).size === 1);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('It did not happen within 10 s');
    await delay(1); // leaves the machine to the pods
  }
}

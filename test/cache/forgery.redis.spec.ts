import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@keyv/redis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { type Pod, Pods } from '../support/pod.js';
import { type Redis, startRedis } from '../support/redis.js';

/** Forgeries of the random run. */
const FORGERIES = Number(process.env['FORGERIES'] ?? 3_000);
const CHANNEL = 'atrium:revisions';
const MAX_REVISION = 2_147_483_647;
const LIVE = '/campaign-events/live';
const ROW = '/campaign-events/0';
const FORGED = 'FORGED';

/** The poll does not help: what is known here was announced, read or written. */
const REVISION_POLL_MS = '600000';

describe('somebody who reaches Redis', () => {
  let atrium: Atrium;
  let pods: Pods;
  let redis: Redis;
  let attacker: ReturnType<typeof createClient>;
  /** Its answers come from the database alone. */
  let truth: Pod;
  /** One with a memory, and one that looks into Redis at every read. */
  let victim: Pod;
  let bare: Pod;
  /** Every answer there ever was, with its entity tag. */
  const genuine = new Set<string>();
  beforeAll(async () => {
    redis = await startRedis();
    atrium = await startAtrium();
    pods = new Pods(atrium);
    const environment = { REDIS_URL: redis.url, REVISION_POLL_MS };
    truth = pods.open({ environment: { CACHE_MEMORY_MB: '0', REVISION_POLL_MS }, backplaneUrl: redis.url });
    victim = pods.open({ environment });
    bare = pods.open({ environment: { ...environment, CACHE_MEMORY_MB: '0' } });
    await Promise.all([victim.connected(), bare.connected()]);
    attacker = createClient({ url: redis.url });
    await attacker.connect();
    await truth.create('genuine');
    await rename('round 0');
    await settled();
  });
  afterAll(async () => {
    attacker.destroy();
    await pods.close();
    await atrium.close();
    await redis.kill();
  });

  it('moves no pod to a revision by announcing it', async () => {
    const { revision } = await victim.live();
    await plant(await keyOf(LIVE, MAX_REVISION), await valueOf(LIVE, FORGED));
    await announce(await epoch(), MAX_REVISION);
    for (let read = 0; read < 20; read++, await delay(5))
      expect(await victim.live()).toMatchObject({ names: ['round 0'], revision, origin: 'memory' });
    const { body } = await truth.run(() => truth.campaigns.live());
    expect(genuine).toContain(await shown(victim, LIVE));
    expect(body.toString()).not.toContain(FORGED);
  });

  it('keeps nobody from seeing the next write, by announcing a revision far ahead or another epoch', async () => {
    await announce(await epoch(), MAX_REVISION);
    await announce(randomUUID(), 1);
    await rename('after the forgery');
    for (let attempt = 0; (await victim.live()).names[0] !== 'after the forgery'; attempt++, await delay(1))
      expect(attempt).toBeLessThan(100);
  });

  it('has the database asked a bounded number of times, however much is announced, and no reader waits', async () => {
    await settled();
    const known = await epoch();
    const before = victim.databaseReads;
    const beganMs = performance.now();
    let reads = 0;
    for (let sent = 0; sent < 5_000; sent += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) => announce(index % 2 ? known : randomUUID(), MAX_REVISION - sent)),
      );
      expect((await victim.live()).origin).toBe('memory');
      reads++;
    }
    await delay(100);
    const seconds = (performance.now() - beganMs) / 1_000;
    process.stdout.write(`5000 announcements in ${seconds.toFixed(1)} s: ${victim.databaseReads - before} questions\n`);
    expect(victim.databaseReads - before).toBeGreaterThan(0);
    expect(victim.databaseReads - before).toBeLessThan(2 + 50 * seconds);
    expect(reads).toBe(100);
  });

  it(
    'has none of its bytes served, whatever it announces and plants at random; hits come back by themselves',
    async () => {
      let last = { victim: 0, bare: 0 };
      let fromRedis = 0;
      await fc.assert(
        fc.asyncProperty(anAct(), async (act) => {
          await play(act);
          for (const [name, pod] of [
            ['victim', victim],
            ['bare', bare],
          ] as const) {
            const { revision, origin } = await pod.live();
            expect(revision).toBeGreaterThanOrEqual(last[name]);
            last = { ...last, [name]: revision };
            fromRedis += Number(origin === 'redis');
            for (const path of [LIVE, ROW]) expect(genuine).toContain(await shown(pod, path));
          }
        }),
        { numRuns: FORGERIES, endOnFailure: true, interruptAfterTimeLimit: 20 * 60_000, markInterruptAsFailure: true },
      );
      process.stdout.write(`${FORGERIES} forgeries: Redis was believed ${fromRedis} times\n`);
      expect(fromRedis).toBeGreaterThan(FORGERIES / 100);
      await settled();
      for (let attempt = 0; (await bare.live()).origin !== 'redis'; attempt++, await delay(5))
        expect(attempt).toBeLessThan(100);
      expect((await victim.live()).origin).toBe('memory');
    },
    30 * 60_000,
  );

  type Act =
    | { kind: 'announce'; text: string }
    | { kind: 'plant'; key: number; revision: number; value: fc.JsonValue | undefined; mutation: Mutation }
    | { kind: 'flush' }
    | { kind: 'write' };
  type Mutation = 'none' | 'text' | 'of another key' | 'field' | 'unsealed' | 'unread';

  /** An announcement, a planted value, or something that happens anyway. */
  function anAct(): fc.Arbitrary<Act> {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({
          tenantId: fc.constantFrom('berlin-mall', 'york-plaza', null, 7),
          epoch: fc.oneof(fc.constant('EPOCH'), fc.uuid()),
          revision: fc.oneof(fc.integer({ min: -3, max: MAX_REVISION }), fc.constant(MAX_REVISION), fc.double()),
        })
        .map((announcement) => JSON.stringify(announcement)),
    );
    const mutation = fc.constantFrom<Mutation>('none', 'text', 'of another key', 'field', 'unsealed', 'unread');
    return fc.oneof(
      { weight: 4, arbitrary: text.map((text) => ({ kind: 'announce' as const, text })) },
      {
        weight: 8,
        arbitrary: fc.record({
          kind: fc.constant('plant' as const),
          key: fc.nat(1_000),
          revision: fc.constantFrom(0, 0, 0, 1, -1, MAX_REVISION),
          value: fc.option(fc.jsonValue(), { nil: undefined }),
          mutation,
        }),
      },
      { weight: 1, arbitrary: fc.constantFrom({ kind: 'flush' as const }, { kind: 'write' as const }) },
    );
  }

  let writes = 0;
  async function play(act: Act): Promise<void> {
    if (act.kind === 'flush') return redis.flush();
    if (act.kind === 'write') return rename(`round ${++writes}`);
    if (act.kind === 'announce')
      return void (await attacker.publish(CHANNEL, act.text.replace('EPOCH', await epoch())));
    const keys = (await attacker.keys('*')).toSorted();
    const key = keys[act.key % keys.length];
    if (key === undefined) return;
    const at = key.replace(/:(\d+):\//, (_, revision) => `:${Number(revision) + act.revision}:/`);
    const stored = (await attacker.get(key)) ?? '';
    if (act.value !== undefined)
      return plant(at, act.mutation === 'none' ? JSON.stringify(act.value) : wrapped(act.value));
    return plant(at, await mutated(act.mutation, stored, keys[(act.key + 1) % keys.length] ?? key));
  }

  async function mutated(mutation: Mutation, stored: string, otherKey: string): Promise<string> {
    const forged = stored.replaceAll(/genuine|round \d+|after the forgery/g, FORGED);
    if (mutation === 'text') return forged;
    if (mutation === 'of another key') return (await attacker.get(otherKey)) ?? '';
    if (mutation === 'unread') return forged.slice(0, -3);
    if (mutation === 'field') return forged.replace(/"revision":\d+/, `"revision":${MAX_REVISION}`);
    return mutation === 'unsealed' ? forged.replace(/"seal":"[^"]*"/, '"seal":null') : stored;
  }

  async function plant(key: string, text: string): Promise<void> {
    await attacker.set(key, text);
  }

  async function announce(epoch: string, revision: number): Promise<void> {
    await attacker.publish(CHANNEL, JSON.stringify({ tenantId: 'berlin-mall', epoch, revision }));
  }

  async function rename(name: string): Promise<void> {
    await truth.rename(0, name);
    for (const path of [LIVE, ROW]) genuine.add(await shown(truth, path));
  }

  async function epoch(): Promise<string> {
    return (await truth.run(() => truth.unitOfWork.version())).epoch;
  }

  async function keyOf(path: string, revision: number): Promise<string> {
    const key = (await attacker.keys('*')).find((name) => name.endsWith(path)) ?? '';
    return key.replace(/:\d+:\//, `:${revision}:/`);
  }

  /** A stored answer with another name in it. */
  async function valueOf(path: string, name: string): Promise<string> {
    const key = (await attacker.keys('*')).find((one) => one.endsWith(path)) ?? '';
    return ((await attacker.get(key)) ?? '').replaceAll('round 0', name);
  }

  /** Both pods show the last write, and Redis has it. */
  async function settled(): Promise<void> {
    const { revision } = await truth.live();
    for (let attempt = 0; ; attempt++, await delay(5)) {
      const seen = await Promise.all([victim, bare].map((pod) => pod.live()));
      for (const pod of [victim, bare]) await pod.read(0);
      if (seen.every((one) => one.revision === revision) && (await attacker.keys('*')).length > 2) return;
      expect(attempt).toBeLessThan(500);
    }
  }
});

/** As cache-manager keeps values. */
function wrapped(value: unknown): string {
  return JSON.stringify({ value });
}

/** An answer as it is sent, with its tag. */
async function shown(pod: Pod, path: string): Promise<string> {
  const { body, etag } = path === LIVE ? await pod.run(() => pod.campaigns.live()) : await pod.read(0);
  return `${etag} ${body instanceof Buffer ? body.toString() : JSON.stringify(body)}`;
}

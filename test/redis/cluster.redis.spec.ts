import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { type Pod, Pods } from '../support/pod.js';
import { type RedisCluster, startRedisCluster } from '../support/redis-cluster.js';

/** Enough rows for each node to have some of them. */
const ROWS = 12;
/** The longest pause of a client between two attempts, a failover, and a moment. */
const RECOVERY_MS = 8_000;

describe('pods that share a Redis Cluster', () => {
  let atrium: Atrium;
  let cluster: RedisCluster;
  let pods: Pods;
  let open: () => Pod;
  beforeAll(async () => {
    atrium = await startAtrium();
    pods = new Pods(atrium);
    cluster = await startRedisCluster('p@ss:word');
    // Polling does not help.
    open = () => pods.open({ environment: { REDIS_URL: cluster.url, REVISION_POLL_MS: '600000' } });
  });
  afterEach(() => pods.close());
  afterAll(async () => {
    await cluster.remove();
    await atrium.close();
  });

  it("show each other's writes within milliseconds, and find what a neighbour has loaded", async () => {
    const [writer, reader] = [open(), open()];
    await heard(writer, reader);
    const lagsMs: number[] = [];
    const id = await writer.create('start');
    for (let round = 0; round < 50; round++) {
      await writer.rename(id, `round ${round}`);
      const writtenMs = performance.now();
      await shows(reader, `round ${round}`, 1_000);
      lagsMs.push(performance.now() - writtenMs);
    }
    expect(lagsMs.toSorted((a, b) => a - b)[25]).toBeLessThan(50);
    expect(await shared(writer, reader)).toBe(ROWS);
  });

  it('go on when one node is gone, and use the one that takes its place', async () => {
    const [writer, reader] = [open(), open()];
    await heard(writer, reader);
    await cluster.nodes[0].kill();
    const id = await writer.create('start');
    await writer.rename(id, 'with two nodes left');
    await shows(reader, 'with two nodes left', 1_000);
    expect([writer.isConnected, reader.isConnected]).toEqual([true, true]);
    await cluster.untilReplaced();
    await until(async () => (await shared(writer, reader)) === ROWS);
    expect([writer.isConnected, reader.isConnected]).toEqual([true, true]);
    await cluster.nodes[0].restart();
  });

  it('are connected once the cluster is there, when it was not at their start', async () => {
    await cluster.kill();
    const [writer, reader] = [open(), open()];
    await delay(1_500);
    expect([writer.isConnected, reader.isConnected]).toEqual([false, false]);
    await cluster.restart();
    await heard(writer, reader);
    await until(async () => (await shared(writer, reader)) === ROWS);
  });

  it('say that they are not connected while no node is there', async () => {
    const pod = open();
    expect(pod.isConnected).toBe(false);
    await until(() => pod.isConnected === true);
    await cluster.kill();
    await until(() => pod.isConnected === false);
    await cluster.restart();
    await until(() => pod.isConnected === true);
  });
});

/** Until `reader` hears of what `writer` writes. */
async function heard(writer: Pod, reader: Pod): Promise<void> {
  await until(() => writer.isConnected === true && reader.isConnected === true);
  const id = await writer.create('hello');
  await reader.live(); // from here on it only knows what it hears
  let round = 0;
  await until(async () => {
    await writer.rename(id, `hello ${round++}`);
    await delay(50);
    return (await reader.live()).names.includes(`hello ${round - 1}`);
  });
}

async function shows(pod: Pod, name: string, patienceMs: number): Promise<void> {
  await until(async () => (await pod.live()).names.includes(name), patienceMs);
}

/** How many of so many rows that `first` has read `second` finds in the cluster. */
async function shared(first: Pod, second: Pod): Promise<number> {
  const ids: number[] = [];
  for (let row = 0; row < ROWS; row++) ids.push(await first.create(`row ${row}`));
  for (const id of ids) await first.read(id);
  await delay(100); // it is stored without waiting
  const origins: (string | undefined)[] = [];
  for (const id of ids) origins.push((await second.read(id)).options.origin);
  return origins.filter((origin) => origin === 'redis').length;
}

async function until(condition: () => boolean | Promise<boolean>, patienceMs = RECOVERY_MS): Promise<void> {
  const untilMs = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() > untilMs) throw new Error(`It did not happen within ${patienceMs} ms`);
    await delay(2);
  }
}

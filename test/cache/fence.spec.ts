import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { runAs } from '../../src/tenancy/tenant-context.js';
import { Tenant } from '../../src/catalogue/tenant.entity.js';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { type Pod, Pods } from '../support/pod.js';

describe('the fence between a load and a write', () => {
  let atrium: Atrium;
  let pods: Pods;
  let pod: Pod;
  beforeAll(async () => {
    atrium = await startAtrium();
    pods = new Pods(atrium);
    pod = pods.open();
  });
  afterAll(async () => {
    await pods.close();
    await atrium.close();
  });

  it('never leaves an old value behind when a load is held open across a write', async () => {
    const id = await pod.create('before');
    await pod.live();

    // The rows are read, and while they are on their way to the cache somebody writes.
    const held = Promise.withResolvers<void>();
    const inFlight = Promise.withResolvers<void>();
    const read = pod.unitOfWork.read.bind(pod.unitOfWork);
    pod.unitOfWork.read = async (work) => {
      const result = await read(work);
      inFlight.resolve();
      await held.promise;
      return result;
    };
    const campaign = (): Promise<string> => pod.run(async () => (await pod.campaigns.find(id)).body.toString());
    const slow = campaign();
    await inFlight.promise;
    pod.unitOfWork.read = read;
    await pod.rename(id, 'after');
    expect(await campaign()).toContain('after');
    held.resolve();

    expect(await slow).toContain('after'); // not even its own caller is shown what was replaced meanwhile
    expect(await campaign()).toContain('after');
    expect((await pod.live()).names).toEqual(['after']);
  });

  it('shows a write to the one who made it, every time', async () => {
    const id = await pod.create('0');
    for (let round = 1; round <= 200; round++) {
      await Promise.all([pod.rename(id, String(round)), pod.live(), pod.live()]);
      expect((await pod.live()).names).toContain(String(round));
    }
  });

  it('never goes back to an older revision while others write', async () => {
    const id = await pod.create('start');
    const writer = new AbortController();
    const reader = async (): Promise<number> => {
      let last = 0;
      let reads = 0;
      for (; !writer.signal.aborted; reads++) {
        const { revision } = await pod.live();
        expect(revision).toBeGreaterThanOrEqual(last);
        last = revision;
        await new Promise(setImmediate);
      }
      return reads;
    };
    const readers = Array.from({ length: 8 }, reader);
    for (let round = 0; round < 200; round++) {
      await pod.rename(id, `round ${round}`);
      await new Promise(setImmediate); // SQLite answers without a turn of the event loop
    }
    writer.abort();
    for (const reads of await Promise.all(readers)) expect(reads).toBeGreaterThan(10);
  });

  it('never gives a tenant the refusal of the one before it with the same id, epoch and revision', async () => {
    const moved = pods.open();
    const { distributed } = moved;
    const asked = Promise.withResolvers<void>();
    const held = Promise.withResolvers<undefined>();
    distributed.get = () => {
      asked.resolve();
      return held.promise;
    };
    const before = Object.assign(new Tenant(), moved.tenant);
    const after = Object.assign(new Tenant(), moved.tenant);
    const live = (tenant: Tenant) => runAs({ tenant, actor: 'test' }, () => moved.campaigns.live());
    const refused = live(before).catch((thrown: unknown) => thrown);
    await asked.promise;
    before.status = 'retiring';
    const answer = live(after);
    await delay(50); // it waits for a load
    held.resolve(undefined);
    expect(await refused).toMatchObject({ code: 'tenant-suspended' });
    expect((await answer).options.origin).toBe('database');
  });

  it('loads once for a hundred who ask at once', async () => {
    await pod.create('cold');
    await pod.live(); // known and renewed
    const cold = pods.open();
    const shown = await Promise.all(Array.from({ length: 100 }, () => cold.live()));
    expect(new Set(shown.map(({ revision }) => revision)).size).toBe(1);
    expect(cold.databaseReads).toBe(2); // the revision, then the rows
  });
});

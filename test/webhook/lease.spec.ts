import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { CatalogueStore } from '../../src/catalogue/catalogue-store.js';
import { WorkLease } from '../../src/catalogue/work-lease.entity.js';
import { WorkLeases } from '../../src/catalogue/work-leases.js';
import { runAs } from '../../src/tenancy/tenant-context.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { Delivery } from '../../src/webhook/delivery.entity.js';
import { DeliveryLog } from '../../src/webhook/delivery-log.js';
import { Dispatcher } from '../../src/webhook/dispatcher.js';
import { Outbox } from '../../src/webhook/outbox.js';
import { FencedOff, WorkFence } from '../../src/webhook/work-fence.entity.js';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { Receiver } from '../support/receiver.js';
import { createCampaign } from '../support/rows.js';

const MALL = 'berlin-mall';
const NOW = new Date('2026-11-10T12:00:00Z');

let atrium: Atrium;
let store: CatalogueStore;
let one: WorkLeases;
let other: WorkLeases;
beforeEach(async () => {
  atrium = await startAtrium({ WEBHOOK_ALLOW_PRIVATE: 'true' });
  store = atrium.app.get(CatalogueStore, { strict: false });
  [one, other] = [new WorkLeases(store), new WorkLeases(store)];
});
afterEach(() => atrium.close());

function get<T>(type: Function & { prototype: T }): T {
  return atrium.app.get(type, { strict: false });
}

async function row(): Promise<WorkLease | undefined> {
  return (await one.all()).find(({ tenantId }) => tenantId === MALL);
}

/** As if so much time had passed since it was renewed. */
function expire(): Promise<unknown> {
  return store.use((manager) =>
    manager.update(WorkLease, { tenantId: MALL }, { leasedUntil: new Date(Date.now() - 1) }),
  );
}

function asMall<T>(work: () => Promise<T>): Promise<T> {
  return runAs({ tenant: get(Catalogue).find(MALL)!, actor: 'test' }, work);
}

describe('the lease on the work of a centre', () => {
  beforeEach(() => one.register(MALL, NOW));

  it('is had by one pod at a time, and given back with what is next', async () => {
    const token = await one.claim(MALL);
    expect(token).toBe(1);
    expect(await other.claim(MALL)).toBeUndefined();
    expect(await one.claim(MALL)).toBeUndefined();
    const next = new Date(NOW.getTime() + 60_000);
    await one.release(MALL, token!, 7, next);
    expect(await row()).toMatchObject({ owner: null, leasedUntil: null, revision: 7, dueAt: next });
    expect(await other.claim(MALL)).toBe(2);
  });

  it('is lost by a pod that does not renew it, which then cannot give it back', async () => {
    const token = await one.claim(MALL);
    await expire();
    expect((await other.due(new Date(0))).map(({ tenantId }) => tenantId)).toEqual([MALL]);
    expect(await other.claim(MALL)).toBe(2);
    await one.renew();
    await one.release(MALL, token!, 7, NOW);
    expect(await row()).toMatchObject({ owner: other.owner, token: 2, dueAt: null });
  });

  it('is renewed for all centres at once', async () => {
    await one.claim(MALL);
    await expire();
    await one.renew();
    expect((await row())!.leasedUntil!.getTime()).toBeGreaterThan(Date.now() + 10_000);
  });

  it('keeps due what came while it was held', async () => {
    const token = await one.claim(MALL);
    await other.bringForward(MALL, NOW);
    await one.release(MALL, token!, 7, new Date(NOW.getTime() + 60_000));
    expect(await row()).toMatchObject({ dueAt: NOW });
  });
});

describe('a pod that was frozen past its lease', () => {
  it('changes nothing when it goes on', async () => {
    const receiver = await Receiver.start();
    await atrium.call(MALL, 'POST', '/webhooks', { url: receiver.url });
    await createCampaign(atrium, MALL, { startDate: '2900-01-01T00:00:00Z', endDate: '2901-01-01T00:00:00Z' });
    await receiver.until(({ received }) => received.length === 1);
    await get(Dispatcher).work(MALL);
    const [outbox, log] = [get(Outbox), get(DeliveryLog)];
    await asMall(async () => {
      const database = get(TenantDatabase);
      const later = (await one.claim(MALL))! + 1;
      await database.write((manager) => manager.update(WorkFence, { id: 1 }, { token: later }));
      const delivery = (await database.read((manager) => manager.find(Delivery)))[0]!;
      const frozen = later - 1;
      const webhook = { id: 0, failingSince: null } as Parameters<typeof log.record>[1]['webhook'];
      await expect(log.record(frozen, { delivery, webhook }, { status: 500 })).rejects.toBeInstanceOf(FencedOff);
      await expect(log.record(frozen, { delivery, webhook }, { status: 410 })).rejects.toBeInstanceOf(FencedOff);
      await expect(outbox.deleteOld(frozen)).rejects.toBeInstanceOf(FencedOff);
      expect((await database.read((manager) => manager.find(Delivery)))[0]).toEqual(delivery);
    });
    expect((await atrium.call<{ active: boolean }>(MALL, 'GET', '/webhooks/0')).body.active).toBe(true);
    receiver.close();
  });
});

describe('work that nobody does', () => {
  it('is found after a start: what was written before the process died is told', async () => {
    const receiver = await Receiver.start();
    await atrium.call(MALL, 'POST', '/webhooks', { url: receiver.url });
    const dispatcher = get(Dispatcher);
    await dispatcher.work(MALL);
    dispatcher.onWrite = () => undefined; // it dies between its commit and the telling
    await createCampaign(atrium, MALL, { startDate: '2900-01-01T00:00:00Z', endDate: '2901-01-01T00:00:00Z' });
    await dispatcher.poll();
    expect(receiver.received).toEqual([]);
    await dispatcher.sweep(true);
    await receiver.until(({ received }) => received.length === 1);
    receiver.close();
  });
});

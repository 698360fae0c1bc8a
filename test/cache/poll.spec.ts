import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { VersionTracker } from '../../src/cache/version-tracker.js';
import { KnownVersions } from '../../src/cache/known-versions.js';
import { DistributedCache } from '../../src/cache/distributed-cache.js';
import { Revision } from '../../src/revision/revision.entity.js';
import { UnitOfWork } from '../../src/change/unit-of-work.js';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { currentTenant, runAs } from '../../src/tenancy/tenant-context.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { type Atrium, startAtrium } from '../support/atrium.js';

const MALLS = Array.from({ length: 8 }, (_, index) => `mall-${index}`);
const LIVE = '/campaign-events/live';

describe('asking the database where the shopping centres stand', () => {
  let atrium: Atrium;
  afterEach(() => atrium.close());

  it('is one round at a time, however long the database hangs', async () => {
    await start('100');
    const unitOfWork = atrium.app.get(UnitOfWork);
    let asked = 0;
    unitOfWork.isClosed = () => ++asked < 0;
    unitOfWork.version = () => new Promise(() => undefined);
    await delay(1_500); // two rounds of four at a time would take twice a second
    expect(asked).toBeGreaterThanOrEqual(4);
    expect(asked).toBeLessThanOrEqual(MALLS.length);
  });

  it('concerns only the one of whose schema another incarnation is announced', async () => {
    await start('60000');
    const asked: string[] = [];
    const database = atrium.app.get(TenantDatabase);
    const read = database.read.bind(database);
    database.read = (work) => {
      asked.push(currentTenant().id);
      return read(work);
    };
    announce('mall-3', randomUUID());
    await delay(100);
    expect(asked).toEqual(['mall-3']);
  });

  it('is not taken back to an earlier incarnation by an answer that comes late', async () => {
    await start('60000');
    const held = Promise.withResolvers<void>();
    const database = atrium.app.get(TenantDatabase);
    database.read = async (work) => {
      Reflect.deleteProperty(database, 'read');
      const result = await database.read(work);
      await held.promise;
      return result;
    };
    const page = atrium.call('mall-0', 'GET', '/campaign-events');
    while (Object.hasOwn(database, 'read')) await delay(1);
    await delay(50); // it has read

    const epoch = randomUUID();
    const tenant = atrium.app.get(Catalogue).find('mall-0');
    if (!tenant) throw new Error('no mall-0');
    await runAs({ tenant }, () => database.write((manager) => manager.update(Revision, { id: 1 }, { epoch })));
    announce('mall-0', epoch);
    await delay(100);
    await live();
    expect(atrium.app.get(KnownVersions).of(tenant)?.version.epoch).toBe(epoch);
    const lookedFor: string[] = [];
    atrium.app.get(DistributedCache).get = (_, version) => {
      lookedFor.push(version.epoch);
      return Promise.resolve(undefined);
    };
    held.resolve();
    await page;
    await live();
    expect(lookedFor).toEqual([]); // Redis may well have answers of the old incarnation
  });

  /** All of them in use. */
  async function start(REVISION_POLL_MS: string): Promise<void> {
    const tenants = MALLS.map((id) => ({ id, name: id, timeZone: 'Europe/Berlin' }));
    atrium = await startAtrium({ REVISION_POLL_MS, TENANTS: JSON.stringify(tenants) });
    for (const id of MALLS) await atrium.call(id, 'GET', LIVE);
  }

  function announce(tenantId: string, epoch: string): void {
    atrium.app.get(VersionTracker, { strict: false }).onAnnouncement({ tenantId, epoch, revision: 1 });
  }

  function live() {
    return atrium.call('mall-0', 'GET', LIVE);
  }
});

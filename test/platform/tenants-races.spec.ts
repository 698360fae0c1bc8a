import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ENGINE, type Engine } from '../../src/database/engine.js';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { CatalogueStore } from '../../src/catalogue/catalogue-store.js';
import { Migrator } from '../../src/migration/migrator.js';
import { runAs } from '../../src/tenancy/tenant-context.js';
import { Tenant } from '../../src/catalogue/tenant.entity.js';
import { TenantConnections } from '../../src/tenancy/tenant-connections.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { type Atrium, NOBODY, signToken, startAtrium } from '../support/atrium.js';

describe('a tenant that leaves', () => {
  let atrium: Atrium;
  let admin: Record<string, string>;
  const known = (id: string) => atrium.app.get(Catalogue, { strict: false }).find(id) as Tenant;

  beforeAll(async () => {
    atrium = await startAtrium();
    admin = { authorization: `Bearer ${await signToken({ roles: ['platform-admin'], tenants: ['*'] })}` };
  });
  afterAll(() => atrium.close());

  it('while it waits for the migrator is not made anew', async () => {
    const waiting = Object.assign(new Tenant(), known('york-plaza'));
    await atrium.call(NOBODY, 'PATCH', '/tenants/york-plaza', { status: 'suspended' }, admin);
    const retired = await atrium.call(NOBODY, 'DELETE', '/tenants/york-plaza?confirm=york-plaza', undefined, admin);
    expect(retired.status).toBe(204);

    expect(await atrium.app.get(Migrator, { strict: false }).migrate(waiting)).toEqual([]);
    expect(await atrium.app.get<Engine>(ENGINE, { strict: false }).isOccupied(waiting)).toBe(false);
    const york = { id: 'york-plaza', name: 'York', timeZone: 'UTC' };
    expect((await atrium.call(NOBODY, 'POST', '/tenants', york, admin)).status).toBe(201);
  });

  it('is closed only when nobody can resume it any more', async () => {
    const connections = atrium.app.get(TenantConnections, { strict: false });
    const store = atrium.app.get(CatalogueStore, { strict: false });
    await atrium.call(NOBODY, 'POST', '/tenants', { id: 'leaving', name: 'Leaving', timeZone: 'UTC' }, admin);
    await atrium.call(NOBODY, 'PATCH', '/tenants/leaving', { status: 'suspended' }, admin);
    const close = connections.close.bind(connections);
    const statuses: unknown[] = [];
    connections.close = async (id) => {
      statuses.push((await store.find(id))?.status);
      return close(id);
    };
    const retired = await atrium.call(NOBODY, 'DELETE', '/tenants/leaving?confirm=leaving', undefined, admin);
    connections.close = close;
    expect(retired.status).toBe(204);
    expect(statuses).toEqual(['retiring']);
  });

  it('and comes back before its writers are done turns away those that still waited', async () => {
    const tenant = known('berlin-mall');
    const database = atrium.app.get(TenantDatabase, { strict: false });
    const write = (work: () => Promise<string>) => runAs({ tenant, actor: 'tester' }, () => database.write(work));
    const begun = Promise.withResolvers<void>();
    const slow = Promise.withResolvers<string>();
    const first = write(() => {
      begun.resolve();
      return slow.promise;
    });
    await begun.promise;
    const turnedAway = write(async () => 'written').catch((thrown: unknown) => thrown);
    const closing = atrium.app.get(TenantConnections, { strict: false }).close(tenant.id);
    slow.resolve('done');
    expect(await first).toBe('done');
    expect(await turnedAway).toMatchObject({ status: 503 });
    await closing;
    expect(await write(async () => 'written')).toBe('written');
  });
});

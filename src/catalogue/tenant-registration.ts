import type { TenantSeed } from '../config/tenant-seed.js';
import type { CatalogueStore } from './catalogue-store.js';
import { Tenant } from './tenant.entity.js';

/** A new tenant, not stored. Its schema is in the catalogue's database unless the seed names another. */
export function newTenant(seed: TenantSeed & Partial<Pick<Tenant, 'databaseUrl'>>, createdOn: Date): Tenant {
  const { id, name, timeZone, databaseUrl = null } = seed;
  const schema = `tenant_${id.replaceAll('-', '_')}`;
  return Object.assign(new Tenant(), { id, name, timeZone, schema, databaseUrl, status: 'active' as const, createdOn });
}

/** Adds a tenant to the catalogue unless there is one with that id. Several processes may try at once. */
export async function registerTenant(store: CatalogueStore, seed: TenantSeed, at: Date): Promise<Tenant> {
  const present = await store.find(seed.id);
  if (present) return present;
  try {
    return await store.write('atrium', at, async ({ manager, version }) => {
      const tenant = Object.assign(newTenant(seed, at), { revision: version.revision });
      await manager.insert(Tenant, tenant);
      return { action: 'add', tenantId: seed.id, before: null, after: tenant, result: tenant };
    });
  } catch (thrown) {
    const theirs = await store.find(seed.id);
    if (theirs) return theirs;
    throw thrown;
  }
}

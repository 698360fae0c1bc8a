import type { TenantSeed } from '../config/tenant-seed.js';
import type { CatalogueStore } from './catalogue-store.js';
import { Tenant } from './tenant.entity.js';

/** A tenant as it begins; its schema lies beside the catalogue unless it is given a database of its own. */
export function newTenant(seed: TenantSeed & Partial<Pick<Tenant, 'databaseUrl'>>, createdOn: Date): Tenant {
  const { id, name, timeZone, databaseUrl = null } = seed;
  const schema = `tenant_${id.replaceAll('-', '_')}`;
  return Object.assign(new Tenant(), { id, name, timeZone, schema, databaseUrl, status: 'active' as const, createdOn });
}

/** Adds a shopping centre to the catalogue unless there is one of that id; several may try at once. */
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

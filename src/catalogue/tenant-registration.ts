import { tidyName } from '../config/name-rule.js';
import type { TenantSeed } from '../config/tenant-seed.js';
import { timeZoneNamed } from '../config/time-zone.js';
import type { CatalogueStore } from './catalogue-store.js';
import { Tenant } from './tenant.entity.js';

/** A new tenant, not stored. Its schema is in the catalogue's database unless the seed names another. */
export function newTenant(seed: TenantSeed & Partial<Pick<Tenant, 'databaseUrl'>>, createdOn: Date): Tenant {
  const { id, name, timeZone, languages, databaseUrl = null } = seed;
  const schema = `tenant_${id.replaceAll('-', '_')}`;
  const fields = { id, name, timeZone, languages: languages ?? [], schema, databaseUrl };
  return Object.assign(new Tenant(), fields, { status: 'active' as const, createdOn });
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

/** A difference between TENANTS and the catalogue in one tenant. The catalogue counts. */
export interface SeedDifference {
  id: string;
  field: 'name' | 'timeZone' | 'languages';
  given: unknown;
  kept: unknown;
}

export function seedDifferences(seed: TenantSeed, tenant: TenantSeed): SeedDifference[] {
  // Rows of old may be spelt as they came.
  const { languages } = tenant;
  const kept = { name: tidyName(tenant.name), timeZone: timeZoneNamed(tenant.timeZone) ?? tenant.timeZone, languages };
  return (['name', 'timeZone', 'languages'] as const)
    .filter((field) => seed[field] !== undefined && kept[field] !== undefined) // what is not named, or not read
    .filter((field) => String(seed[field]) !== String(kept[field]))
    .map((field) => ({ id: seed.id, field, given: seed[field], kept: tenant[field] }));
}

export function differenceInWords({ id, field, given, kept }: SeedDifference): string {
  return `${id}: ${field}: TENANTS says ${JSON.stringify(given)}, the catalogue ${JSON.stringify(kept)}, which counts`;
}

import type { Repository } from 'typeorm';
import type { SqlServerUrl } from '../config/sql-server-url.js';
import type { TenantSeed } from '../config/tenant-seed.js';
import type { Tenant } from './tenant.entity.js';

/**
 * Adds a shopping centre to the catalogue unless there is one of that id; several may try at once.
 * With a `databaseUrl` its schema lies there instead of beside the catalogue
 */
export async function registerTenant(
  tenants: Repository<Tenant>,
  { id, name, timeZone, databaseUrl = null }: TenantSeed & { databaseUrl?: SqlServerUrl | null },
  createdOn: Date,
): Promise<Tenant> {
  const present = await tenants.findOneBy({ id });
  if (present) return present;
  const tenant = tenants.create({
    id,
    name,
    timeZone,
    schema: `tenant_${id.replaceAll('-', '_')}`,
    databaseUrl,
    status: 'active',
    createdOn,
  });
  try {
    await tenants.insert(tenant);
    return tenant;
  } catch (thrown) {
    const theirs = await tenants.findOneBy({ id });
    if (theirs) return theirs;
    throw thrown;
  }
}

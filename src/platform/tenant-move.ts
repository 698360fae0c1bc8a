import type { SqlServerUrl } from '../config/sql-server-url.js';
import { readVersion, Revision, type Version } from '../revision/revision.entity.js';
import { withDataSource } from '../database/data-source.js';
import type { Engine } from '../database/engine.js';
import { Tenant } from '../catalogue/tenant.entity.js';
import * as refusal from './tenant-problems.js';

/** @throws Problem that says what it is instead */
export function requireSuspended({ id, status }: Tenant): void {
  if (status === 'active') throw refusal.active(id);
  if (status === 'retiring') throw refusal.retiring(id);
}

/**
 * Whether `databaseUrl` leads to a copy of the tenant's schema that lacks no write.
 * @throws Problem that says what is there instead
 */
export async function requireSameRows(engine: Engine, tenant: Tenant, databaseUrl: SqlServerUrl): Promise<void> {
  const copy = Object.assign(new Tenant(), tenant, { databaseUrl });
  if (!(await engine.isOccupied(copy))) throw refusal.nothingThere(tenant);
  const there = await versionOf(engine, copy).catch((thrown: unknown) => {
    throw engine.isUnavailable(thrown) ? thrown : refusal.unreadableThere(tenant, thrown);
  });
  // Read last: who wrote meanwhile shows.
  const here = await versionOf(engine, tenant).catch((thrown: unknown) => {
    throw refusal.unreadableHere(tenant, thrown);
  });
  if (there.epoch !== here.epoch) throw refusal.otherRows(tenant);
  if (there.revision < here.revision) throw refusal.olderRows(tenant, there.revision, here.revision);
}

function versionOf(engine: Engine, tenant: Tenant): Promise<Version> {
  return withDataSource(engine.tenantOptions(tenant, [Revision]), ({ manager }) => readVersion(manager));
}

import type { SqlServerUrl } from '../config/sql-server-url.js';
import { readVersion, Revision, type Version } from '../revision/revision.entity.js';
import { withDataSource } from '../database/data-source.js';
import type { Engine } from '../database/engine.js';
import { Tenant } from '../catalogue/tenant.entity.js';
import * as problems from './tenant-problems.js';

/** @throws Problem 409 for an active or retiring tenant */
export function requireSuspended(tenant: Tenant): void {
  requireInactive(tenant);
  if (tenant.status === 'retiring') throw problems.retiring(tenant.id);
}

/** @throws Problem 409 for an active tenant */
export function requireInactive({ id, isActive }: Tenant): void {
  if (isActive) throw problems.active(id);
}

/**
 * Checks that `databaseUrl` leads to a copy of the tenant's schema that lacks no write.
 * @throws Problem 409 that describes what was found at `databaseUrl`
 */
export async function requireSameRows(engine: Engine, tenant: Tenant, databaseUrl: SqlServerUrl): Promise<void> {
  const copy = Object.assign(new Tenant(), tenant, { databaseUrl });
  if (!(await engine.isOccupied(copy))) throw problems.nothingThere(tenant);
  const there = await versionOf(engine, copy).catch((thrown: unknown) => {
    throw engine.isUnavailable(thrown) ? thrown : problems.unreadableThere(tenant, thrown);
  });
  // Read last, so that a write made meanwhile shows.
  const here = await versionOf(engine, tenant).catch((thrown: unknown) => {
    throw problems.unreadableHere(tenant, thrown);
  });
  if (there.epoch !== here.epoch) throw problems.otherRows(tenant);
  if (there.revision < here.revision) throw problems.olderRows(tenant, there.revision, here.revision);
}

function versionOf(engine: Engine, tenant: Tenant): Promise<Version> {
  return withDataSource(engine.tenantOptions(tenant, [Revision]), ({ manager }) => readVersion(manager));
}

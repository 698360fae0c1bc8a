import { setTimeout } from 'node:timers/promises';
import { type EntityManager, LessThanOrEqual } from 'typeorm';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { Change } from '../change/change.entity.js';
import { notePurged } from '../change/purged.entity.js';
import { PURGE_PAUSE_MS } from '../config/time-limits.js';
import { withDataSource } from '../database/data-source.js';
import type { Engine } from '../database/engine.js';
import { inTransaction } from '../database/transaction.js';
import { lockRevision, MAX_REVISION } from '../revision/revision.entity.js';
import { Tombstone } from '../schedule/tombstone.entity.js';
import type { TenantTable } from '../tenancy/feature.js';
import { Webhook } from '../webhook/webhook.entity.js';

/** Rows of one transaction; more only where one change deleted more, since its rows come back together or not at all. */
const ROWS_AT_A_TIME = 500;

/** The instants before which rows were deleted, and changes made, that are to go. Undefined: none goes. */
export interface Cutoffs {
  tombstones: Date | undefined;
  changes: Date | undefined;
}

/** How many rows a purge removed. */
export interface PurgedRows {
  tombstones: number;
  changes: number;
}

/**
 * Removes what a tenant keeps of its history from before the cutoffs, oldest first. Each batch is a transaction of its own
 * for which the tenant's writers wait, so a purge that is cut off has removed what it says, and the next goes on.
 * @param onRows told how many rows are removed
 */
export async function purgeTenant(
  engine: Engine,
  tenant: Tenant,
  tables: readonly TenantTable[],
  cutoffs: Cutoffs,
  onRows: (count: number) => void,
): Promise<PurgedRows> {
  const entities = tables.map(({ entity }) => entity);
  return withDataSource(engine.maintenanceOptions(tenant, entities), async (dataSource) => {
    const removed: PurgedRows = { tombstones: 0, changes: 0 };
    for (const [kind, removeSome] of [
      ['tombstones', removeTombstones],
      ['changes', removeChanges],
    ] as const) {
      const before = cutoffs[kind];
      if (!before) continue;
      for (let count = 1; count > 0;) {
        count = await inTransaction(dataSource, engine, async (manager) => {
          await lockRevision(manager);
          return removeSome(manager, before);
        });
        removed[kind] += count;
        onRows(removed.tombstones + removed.changes);
        if (count > 0) await setTimeout(PURGE_PAUSE_MS);
      }
    }
    return removed;
  });
}

/** @returns how many it removed */
async function removeTombstones(manager: EntityManager, before: Date): Promise<number> {
  const oldest = await manager.find(Tombstone, {
    select: { resource: true, id: true, revision: true, deletedOn: true },
    order: { revision: 'ASC', resource: 'ASC', id: 'ASC' },
    take: ROWS_AT_A_TIME,
  });
  const last = lastBefore(oldest, before, ({ deletedOn }) => deletedOn);
  if (!last) return 0;
  const where = { revision: LessThanOrEqual(last.revision) };
  const count = await manager.countBy(Tombstone, where);
  await manager.delete(Tombstone, where);
  await notePurged(manager, { tombstones: last.revision });
  return count;
}

/** Changes that a webhook is still to be told of stay. @returns how many it removed */
async function removeChanges(manager: EntityManager, before: Date): Promise<number> {
  const [last] = await manager.find(Webhook, { where: { active: true }, order: { cursorRevision: 'ASC' }, take: 1 });
  const oldest = await manager.find(Change, {
    select: { revision: true, at: true },
    where: { revision: LessThanOrEqual(last?.cursorRevision ?? MAX_REVISION) },
    order: { revision: 'ASC' },
    take: ROWS_AT_A_TIME,
  });
  const newest = lastBefore(oldest, before, ({ at }) => at);
  if (!newest) return 0;
  const { revision, at } = newest;
  await manager.delete(Change, { revision: LessThanOrEqual(revision) });
  await notePurged(manager, { changes: revision, changedAt: at });
  return oldest.indexOf(newest) + 1;
}

/** The last before an instant of rows in the order of their instants. */
function lastBefore<T>(rows: readonly T[], before: Date, instantOf: (row: T) => Date): T | undefined {
  const end = rows.findIndex((row) => instantOf(row) >= before);
  return rows[(end === -1 ? rows.length : end) - 1];
}

import type { Type } from '@nestjs/common';
import { type EntityManager, type FindOptionsWhere, MoreThan } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { chunks } from '../database/find-in.js';
import type { Scheduled } from '../schedule/scheduled.entity.js';

/** Rows in one statement: SQL Server takes 2,100 parameters. */
const AT_ONCE = 100;

/**
 * Inserts rows in few statements, and gives each its id. SQL Server gives ids in no order that one could rely on: a row is
 * known again by what is in it, and of two that are alike either may have either id.
 */
export async function insertRows<T extends Scheduled>(
  manager: EntityManager,
  entity: Type<T>,
  rows: readonly T[],
): Promise<void> {
  if (rows.length === 0) return;
  const [last] = await manager.find(entity, { order: { id: 'DESC' } as never, take: 1 });
  for (const some of chunks(rows, AT_ONCE)) {
    const values = some as QueryDeepPartialEntity<T>[];
    await manager.createQueryBuilder().insert().into(entity).values(values).updateEntity(false).execute();
  }
  const where = { id: MoreThan(last?.id ?? -1) } as FindOptionsWhere<T>;
  const inserted = await manager.find(entity, { where, order: { id: 'ASC' } as never });
  const alike = Map.groupBy(inserted, contentOf);
  for (const row of rows) {
    const found = alike.get(contentOf(row))?.shift();
    if (!found) throw new Error('A row is not as it was inserted');
    row.id = found.id;
  }
}

function contentOf(row: Scheduled): string {
  return JSON.stringify({ ...row.toJSON(), id: null });
}

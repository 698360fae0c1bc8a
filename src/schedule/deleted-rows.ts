import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { chosenAt, IN_OWN_STATE, type Kind } from './kind.js';
import { nameOf, pageFrom, positionOf, whereContent, inOrder } from './page.js';
import type { Page, PageQuery } from './page.dto.js';
import type { Scheduled } from './scheduled.entity.js';
import { Tombstone } from './tombstone.entity.js';

/**
 * A page of what was deleted and is kept. Its state and its period are its own: the campaign of a deleted event may be
 * gone, too.
 * @param where fields with the values that rows must have
 */
export async function findDeletedPage<T extends Scheduled>(
  manager: EntityManager,
  { resource }: Pick<Kind<T>, 'resource'>,
  query: PageQuery,
  where: Partial<Tombstone>,
  now: Date,
): Promise<Page<object>> {
  const tombstones = {
    rows: (): SelectQueryBuilder<Tombstone> =>
      manager.createQueryBuilder(Tombstone, 'row').where('row.resource = :resource', { resource }),
    seenWith: ['row'],
    inState: IN_OWN_STATE,
  };
  const rows = chosenAt(tombstones, manager, query, where, now);
  const list = `${nameOf(rows, query)}\n${resource}`;
  whereContent(rows, query);
  const found = await inOrder(rows, query, positionOf(list, query))
    .limit(query.limit + 1)
    .getMany();
  const { items, next } = pageFrom(list, query, found);
  return { items: items.map(({ row, deletedOn }) => ({ ...row, deletedOn })), next };
}

import type { EntityManager, FindOptionsWhere } from 'typeorm';
import { Change } from '../change/change.entity.js';
import { type Effect, effectsOf } from '../change/effects.js';
import { purgedUpTo } from '../change/purged.entity.js';
import { notFound } from '../problem/problem.js';
import { campaigns, events } from '../schedule/past-rows.js';
import { Tombstone } from '../schedule/tombstone.entity.js';

/**
 * The rows that come back with a deleted row: itself first, then the events that were deleted with it.
 * @throws Problem 404 when the row was purged, or never there
 */
export async function findDeleted(
  manager: EntityManager,
  resource: string,
  id: number,
): Promise<[Effect, ...Effect[]]> {
  const tombstone = await manager.findOneBy(Tombstone, { resource, id });
  if (!tombstone) return deletedBefore(manager, resource, id);
  const { revision } = tombstone;
  const along: FindOptionsWhere<Tombstone> = { resource: events().resource, campaignEventId: id, revision };
  const others =
    resource === campaigns().resource ? await manager.find(Tombstone, { where: along, order: { id: 'ASC' } }) : [];
  const [first, ...rest] = [tombstone, ...others].map((kept) => effectOf(kept));
  return [first as Effect, ...rest];
}

/** The last change that tells of a row, by its own name. */
export async function lastChangeOf(manager: EntityManager, resource: string, id: number): Promise<Change | undefined> {
  const [last] = await manager.find(Change, {
    where: { resource, resourceId: id },
    order: { revision: 'DESC' },
    take: 1,
  });
  return last;
}

function effectOf({ resource, id, row }: Tombstone): Effect {
  return { resource, id, before: null, after: row };
}

/**
 * The same for a row that the release before deleted, which makes no tombstones: from the change that says so. What a
 * purge has removed is not brought back this way.
 */
async function deletedBefore(manager: EntityManager, resource: string, id: number): Promise<[Effect, ...Effect[]]> {
  const last = await lastChangeOf(manager, resource, id);
  if (!last || last.revision <= (await purgedUpTo(manager)).tombstones) throw notFound(resource, id);
  const effects = effectsOf(last).map(({ before, ...effect }) => ({ ...effect, before: null, after: before }));
  const [first, ...others] = last.after === null ? effects : [];
  if (first) return [first, ...others];
  // Its campaign may have been deleted, and it with it: that is told by the campaign's name.
  const [own] = effectsOf(last);
  if (resource === events().resource && own?.after) return [{ ...own, before: null }];
  throw notFound(resource, id);
}

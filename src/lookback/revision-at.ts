import { type EntityManager, MoreThanOrEqual } from 'typeorm';
import { Change } from '../change/change.entity.js';
import { purgedUpTo } from '../change/purged.entity.js';
import { purged, tooEarly } from './lookback-problems.js';

/**
 * The revision at an instant: that of the last change up to it. Instants of changes never go back as revisions go on, so
 * it is searched for, from the newest change in steps that double. That takes a few reads of single rows, the fewer the
 * later the instant, and no index that each write would have to keep.
 * @throws Problem 400 before the first change, 410 when changes up to the instant were purged
 */
export async function revisionAt(manager: EntityManager, at: Date, newest: number): Promise<number> {
  let [earlier, later] = [0, newest + 1];
  for (let step = 1; earlier === 0; step *= 2) {
    const change = await firstFrom(manager, later - step);
    if (!change || change.revision >= later) return lastPurged(manager, at, later);
    if (change.at <= at) earlier = change.revision;
    else if (change.revision === 1) throw tooEarly(change.at);
    else later = change.revision;
  }
  while (later - earlier > 1) {
    const middle = (earlier + later) >>> 1;
    const change = await firstFrom(manager, middle);
    if (change?.revision !== middle) throw purged();
    if (change.at <= at) earlier = middle;
    else later = middle;
  }
  return earlier;
}

/** The last change that was purged, when it is the one up to the instant: the rows after it can still be told. */
async function lastPurged(manager: EntityManager, at: Date, firstKept: number): Promise<number> {
  if (firstKept === 1) throw tooEarly(undefined);
  const { changes, changedAt } = await purgedUpTo(manager);
  if (changes !== firstKept - 1 || !changedAt || changedAt > at) throw purged();
  return changes;
}

/** The first change of those from `revision` on. */
export async function firstFrom(
  manager: EntityManager,
  revision: number,
): Promise<Pick<Change, 'revision' | 'at'> | undefined> {
  const [change] = await manager.find(Change, {
    select: { revision: true, at: true },
    where: { revision: MoreThanOrEqual(revision) },
    order: { revision: 'ASC' },
    take: 1,
  });
  return change;
}

import { type EntityManager, In, MoreThan, type FindOptionsWhere } from 'typeorm';
import type { Effect } from '../change/effects.js';
import { purgedUpTo } from '../change/purged.entity.js';
import { chunks, VALUES_AT_A_TIME } from '../database/find-in.js';
import { Problem } from '../problem/problem.js';
import { campaigns, events, type Row } from '../schedule/past-rows.js';
import { nameOf, presentRows, tombstonesOf } from '../schedule/row-effects.js';
import { Tombstone } from '../schedule/tombstone.entity.js';
import { lastChangeOf } from './deletion.js';

/** A row that was changed after the change that is to be taken back. */
interface Conflict {
  resource: string;
  id: number;
  /** The later change; undefined where it is not known any more. */
  revision: number | undefined;
}

type Named = Pick<Effect, 'resource' | 'id'>;

const MAX_ERRORS = 20;

/**
 * The rows that stand in the way of taking a change back. Each row says which change wrote it last, so that costs the same
 * however many changes there are.
 * @param undone the rows that the change touched
 * @param present those of them that are there
 * @throws Problem 404 when rows that it deleted were purged
 */
export async function conflictsOf(
  manager: EntityManager,
  revision: number,
  undone: readonly Effect[],
  present: ReadonlyMap<string, Row>,
): Promise<Conflict[]> {
  const tombstones = await tombstonesOf(
    manager,
    undone.filter((effect) => !present.has(nameOf(effect))),
  );
  const found = new Map<string, Conflict>();
  const add = (conflict: Conflict) => found.set(nameOf(conflict), conflict);
  for (const effect of undone) {
    const last = (present.get(nameOf(effect)) ?? tombstones.get(nameOf(effect)))?.revision;
    if (last === undefined) await addUnkept(manager, revision, effect, add);
    else if (last !== revision) add({ ...named(effect), revision: last });
  }
  for (const event of await laterEvents(manager, revision, undone)) add(event);
  for (const campaign of await missingCampaigns(manager, undone)) add(campaign);
  return [...found.values()];
}

/** @throws Problem 409 that names the rows, and the latest of the changes */
export function undoConflict(revision: number, conflicts: readonly Conflict[]): Problem {
  const errors = conflicts.slice(0, MAX_ERRORS).map(({ resource, id, revision: later }) => ({
    pointer: `#/${resource}/${id}`,
    detail: `${resource} ${id} was changed later${later === undefined ? '' : `, by change ${later}`}`,
  }));
  const moreErrors = conflicts.length - errors.length;
  const latest = Math.max(...conflicts.map((conflict) => conflict.revision ?? 0));
  const detail = `Change ${revision} cannot be taken back: what it touched was changed since. "errors" names the rows and the changes.`;
  return new Problem(409, 'undo-conflict', detail, {
    errors,
    ...(moreErrors > 0 ? { moreErrors } : {}),
    ...(latest > 0 ? { revision: latest } : {}),
  });
}

/** A row that is gone without a tombstone: purged, or deleted by the release before, which makes none. */
async function addUnkept(
  manager: EntityManager,
  revision: number,
  { resource, id, after }: Effect,
  add: (conflict: Conflict) => void,
): Promise<void> {
  const purged = (await purgedUpTo(manager)).tombstones;
  if (after === null && revision <= purged)
    throw new Problem(404, 'not-found', `Change ${revision} deleted ${resource} ${id}, which was purged since.`);
  const last = await lastChangeOf(manager, resource, id);
  const isLater = last !== undefined && last.revision > revision;
  if (after !== null || isLater) add({ resource, id, revision: isLater ? last.revision : undefined });
}

/** The events of touched campaigns that were changed later, those that were deleted included. */
async function laterEvents(manager: EntityManager, revision: number, undone: readonly Effect[]): Promise<Conflict[]> {
  const { entity, resource } = events();
  const ids = undone.flatMap((effect) => (effect.resource === campaigns().resource ? [effect.id] : []));
  const later: Conflict[] = [];
  for (const some of chunks(ids, VALUES_AT_A_TIME)) {
    const where = { campaignEventId: In(some), revision: MoreThan(revision) };
    later.push(
      ...(await manager.findBy(entity, where as FindOptionsWhere<Row>)).map((event) => ({
        resource,
        id: event.id,
        revision: event.revision,
      })),
      ...(await manager.findBy(Tombstone, { resource, ...where })).map(named),
    );
  }
  return later;
}

/** The campaigns that events would come back to, and that are neither there nor come back with them. */
async function missingCampaigns(manager: EntityManager, undone: readonly Effect[]): Promise<Conflict[]> {
  const { resource } = campaigns();
  const back = new Set(undone.flatMap((effect) => (effect.before === null ? [] : [nameOf(effect)])));
  const wanted = undone.flatMap(({ resource: kind, before }) =>
    kind === events().resource && before ? [Number(before['campaignEventId'])] : [],
  );
  const outside = [...new Set(wanted)].map((id) => ({ resource, id })).filter((one) => !back.has(nameOf(one)));
  const there = await presentRows(manager, outside);
  const missing = outside.filter((one) => !there.has(nameOf(one)));
  const tombstones = await tombstonesOf(manager, missing);
  return missing.map((one) => ({ ...one, revision: tombstones.get(nameOf(one))?.revision }));
}

function named<T extends Named & { revision?: number }>({ resource, id, revision }: T): Conflict {
  return { resource, id, revision };
}

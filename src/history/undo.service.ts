import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Change } from '../change/change.entity.js';
import { type Effect, effectsOf, listedOf, toldOf } from '../change/effects.js';
import { UnitOfWork } from '../change/unit-of-work.js';
import { Problem } from '../problem/problem.js';
import { Representation } from '../representation/representation.js';
import { entityTag } from '../revision/entity-tag.js';
import { applyEffects, isScheduled, nameOf, presentRows } from '../schedule/row-effects.js';
import type { ChangedRow } from '../change/effects.js';
import { conflictsOf, undoConflict } from './undo-conflicts.js';
import type { Undone } from './undo.dto.js';

/** Takes changes back. */
@Injectable()
export class UndoService {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * Makes the rows that a change touched what they were before it, whatever rules there are now: they were valid then.
   * @throws Problem 404 for an unknown change, 409 when a later one stands in the way
   */
  undo(revision: number): Promise<Representation<Undone>> {
    return this.unitOfWork.write(async (write) => {
      const { manager, version } = write;
      const change = await getChange(manager, revision);
      const undone = effectsOf(change);
      requireTakenBackAlone(change, undone);
      const undoing = await undoingOf(manager, revision);
      if (undoing) throw undoneAlready(revision, undoing.revision);
      const present = await presentRows(manager, undone);
      const conflicts = await conflictsOf(manager, revision, undone, present);
      if (conflicts.length > 0) throw undoConflict(revision, conflicts);

      const [first, ...others] = await applyEffects(
        write,
        undone.map(({ resource, id, before }) => {
          const row = present.get(nameOf({ resource, id }));
          return { resource, id, before: row ? (row.toJSON() as ChangedRow) : null, after: before };
        }),
      );
      if (!first) throw new Error(`Change ${revision} tells of no row`);
      const isList = [change.before, change.after].some((side) => Array.isArray(side));
      const told = (isList ? listedOf : toldOf)([first, ...others]);
      const row = Array.isArray(told.after) ? first.after : told.after;
      const body: Undone = { revision: version.revision, resource: told.resource, resourceId: told.resourceId, row };
      const result = new Representation(body, entityTag(JSON.stringify(body), version.epoch));
      return { action: 'undo', ...told, undoes: revision, result };
    });
  }
}

/** @throws Problem 404 */
async function getChange(manager: EntityManager, revision: number): Promise<Change> {
  const change = await manager.findOneBy(Change, { revision });
  if (change) return change;
  const detail = `There is no change ${revision}: it is none yet, or it was purged.`;
  throw new Problem(404, 'not-found', detail);
}

/**
 * @throws Problem 409 for a change of a row that the changes do not hold whole: a webhook, whose secret is in none of them,
 * and which would be told of nothing that happened meanwhile
 */
function requireTakenBackAlone(
  { revision, resource, resourceId, before, after }: Change,
  effects: readonly Effect[],
): void {
  if (effects.every((effect) => isScheduled(effect.resource))) return;
  const path = `/${resource}s`;
  const instead = !after
    ? `make it anew with POST ${path}; it gets a new secret`
    : before
      ? `change it with PATCH ${path}/${resourceId}`
      : `delete it with DELETE ${path}/${resourceId}`;
  const detail = `Change ${revision} is of a ${resource}, whose secret the changes do not hold. Instead, ${instead}.`;
  throw new Problem(409, 'undo-impossible', detail);
}

/** The change that took this one back, unless it was taken back itself. */
async function undoingOf(manager: EntityManager, revision: number): Promise<Change | undefined> {
  const [undoing] = await manager.find(Change, { where: { undoes: revision }, order: { revision: 'DESC' }, take: 1 });
  return undoing && !(await undoingOf(manager, undoing.revision)) ? undoing : undefined;
}

function undoneAlready(revision: number, by: number): Problem {
  const detail = `Change ${revision} was taken back already, by change ${by}. To have it again, take ${by} back.`;
  return new Problem(409, 'undo-conflict', detail, { revision: by });
}

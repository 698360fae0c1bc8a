import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import type { ChangedRow, Effect } from '../change/effects.js';
import { findIn } from '../database/find-in.js';
import { changesAfter, instantOf } from '../lookback/lookback.js';
import { firstFrom, revisionAt } from '../lookback/revision-at.js';
import { TakenBack } from '../lookback/taken-back.js';
import { MAX_REVISION } from '../revision/revision.entity.js';
import { dateFault } from '../schedule/date-fault.js';
import { parseInstant } from '../schedule/local-time.js';
import { campaigns, events } from '../schedule/past-rows.js';
import { asNow, nameOf, presentRows, scheduledResources } from '../schedule/row-effects.js';
import * as problems from './rewind-problems.js';

/** The most that is kept of rows as they were, in characters of their JSON: the command has a process to itself. */
const MAX_CHARACTERS = 100 * 1024 * 1024;

/** Rows that are named; the others are counted. */
const MAX_NAMED = 20;

/** A row by its name. */
interface NamedRow {
  resource: string;
  id: number;
  name: string;
}

/** A count of rows, and the first of them by name. */
export interface Rows {
  count: number;
  rows: NamedRow[];
}

/** The effect of a rewind on the rows. */
export interface RewindPlan {
  to: { revision: number; at: Date };
  /** The newest revision before it. */
  from: number;
  comesBack: Rows;
  goes: Rows;
  changes: Rows;
}

/** The moment of a rewind, as it was asked for. */
export type Target = { revision: number } | { at: Date };

/** @throws Problem 400 for what is neither a revision nor a date that has been */
export function targetOf(text: string, timeZone: string, now: Date): Target {
  if (/^\d+$/.test(text)) {
    const revision = Number(text);
    if (revision === 0) throw problems.revisionZero();
    return { revision: Math.min(revision, MAX_REVISION) };
  }
  const at = parseInstant(text, timeZone);
  if (!at) throw problems.wrongMoment(dateFault(text));
  if (at > now) throw problems.ahead(at);
  return { at };
}

/**
 * The rows that are not what they were at a moment, each as it is and as it was.
 * @param newest the revision of the rows as they are
 * @throws Problem 400 before the first change, 404 for a revision to come, 410 for a moment whose changes were purged
 */
export async function effectsOfRewind(
  manager: EntityManager,
  target: Target,
  newest: number,
): Promise<{ to: RewindPlan['to']; effects: Effect[] }> {
  const to = await resolve(manager, target, newest);
  const past = new TakenBack(to.revision, MAX_CHARACTERS);
  while (past.upTo < newest) past.take(await changesAfter(manager, past.upTo, newest));
  const touched = scheduledResources().flatMap((resource) =>
    [...past.of(resource)].map(([id, was]) => ({ resource, id, was })),
  );
  const present = await presentRows(manager, touched);
  const effects = touched.flatMap(({ resource, id, was }) => {
    const row = present.get(nameOf({ resource, id }));
    const before = row ? asNow(manager, resource, row.toJSON() as ChangedRow) : null;
    const after = was ? asNow(manager, resource, was) : null;
    return isAlike(before, after) ? [] : [{ resource, id, before, after }];
  });
  return { to, effects: [...effects, ...(await otherEventsOf(manager, effects))] };
}

/** The plan in numbers, and in names as far as there is room for them. */
export function planOf(to: RewindPlan['to'], from: number, effects: readonly Effect[]): RewindPlan {
  const rows = (isOf: (effect: Effect) => boolean): Rows => {
    const all = effects.filter(isOf);
    return { count: all.length, rows: all.slice(0, MAX_NAMED).map(named) };
  };
  return {
    to,
    from,
    comesBack: rows(({ before }) => before === null),
    goes: rows(({ after }) => after === null),
    changes: rows(({ before, after }) => before !== null && after !== null),
  };
}

async function resolve(manager: EntityManager, target: Target, newest: number): Promise<RewindPlan['to']> {
  if ('revision' in target) {
    const { revision } = target;
    if (revision > newest) throw problems.toCome(revision, newest);
    return { revision, at: await instantOf(manager, revision, newest) };
  }
  const revision = await revisionAt(manager, target.at, newest);
  const change = await firstFrom(manager, revision);
  // The change itself may have been purged, while those after it are there.
  return { revision, at: change?.revision === revision ? change.at : target.at };
}

/** Whether a row is what it was but for the instant at which it was last written. */
function isAlike(one: ChangedRow | null, other: ChangedRow | null): boolean {
  if (one === null || other === null) return one === other;
  return isDeepStrictEqual({ ...one, updatedOn: null }, { ...other, updatedOn: null });
}

/** Events that go with their campaign though no change tells of them, such as those that were put there by hand. */
async function otherEventsOf(manager: EntityManager, effects: readonly Effect[]): Promise<Effect[]> {
  const { entity, resource } = events();
  const known = new Set(effects.map(nameOf));
  const gone = effects.filter((effect) => effect.resource === campaigns().resource && effect.after === null);
  const ids = gone.map(({ id }) => id);
  return (await findIn(manager, entity, 'campaignEventId', ids))
    .filter(({ id }) => !known.has(nameOf({ resource, id })))
    .map((event) => ({
      resource,
      id: event.id,
      before: asNow(manager, resource, event.toJSON() as ChangedRow),
      after: null,
    }));
}

function named({ resource, id, before, after }: Effect): NamedRow {
  return { resource, id, name: (after ?? before)?.['name'] as string };
}

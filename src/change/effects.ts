import type { Change } from './change.entity.js';

/** A row as bodies have it. */
export type ChangedRow = { id: number } & Record<string, unknown>;

/** One row before and after a change: null where there was none, or none was left. */
export interface Effect {
  resource: string;
  id: number;
  before: ChangedRow | null;
  after: ChangedRow | null;
}

type Told = Pick<Change, 'resource' | 'resourceId' | 'before' | 'after'>;

/** The resource of the rows that a campaign bears as `events`. */
const EVENT = 'event';

/**
 * The rows that a change touched. A change tells of one row as the row; of a campaign and its events as the campaign
 * with `events`; of any other rows as a list, each with its `resource`.
 */
export function effectsOf({ resource, before, after }: Told): Effect[] {
  const effects = new Map<string, Effect>();
  for (const [side, told] of [
    ['before', before],
    ['after', after],
  ] as const) {
    for (const row of rowsOf(resource, told)) {
      const key = `${row.resource} ${row.row.id}`;
      const effect = effects.get(key) ?? { resource: row.resource, id: row.row.id, before: null, after: null };
      effects.set(key, { ...effect, [side]: row.row });
    }
  }
  return [...effects.values()];
}

/** The telling of a write that touched `effects`, the first of which the change is named by. */
export function toldOf(effects: readonly [Effect, ...Effect[]]): Told {
  const [{ resource, id: resourceId }] = effects;
  return { resource, resourceId, before: tellingOf(effects, 'before'), after: tellingOf(effects, 'after') };
}

/** The telling of a write that touched any rows: as lists, however few they are. */
export function listedOf(effects: readonly [Effect, ...Effect[]]): Told {
  const [{ resource, id: resourceId }] = effects;
  const listed = (side: 'before' | 'after') => {
    const rows = effects.flatMap((effect) => (effect[side] ? [{ resource: effect.resource, ...effect[side] }] : []));
    return rows.length > 0 ? rows : null;
  };
  return { resource, resourceId, before: listed('before'), after: listed('after') };
}

function rowsOf(resource: string, told: object | null): { resource: string; row: ChangedRow }[] {
  if (told === null) return [];
  if (Array.isArray(told))
    return (told as (ChangedRow & { resource: string })[]).map(({ resource: own, ...row }) => ({ resource: own, row }));
  const { events = [], ...row } = told as ChangedRow & { events?: ChangedRow[] };
  return [{ resource, row }, ...events.map((event) => ({ resource: EVENT, row: event }))];
}

function tellingOf(effects: readonly Effect[], side: 'before' | 'after'): object | null {
  const [first, ...others] = effects.map((effect) => ({ resource: effect.resource, row: effect[side] }));
  if (!first) return null;
  if (others.length === 0) return first.row;
  const areItsEvents = others.every(
    ({ resource, row }) => resource === EVENT && (row === null || row['campaignEventId'] === effects[0]?.id),
  );
  const present = others.flatMap(({ row }) => row ?? []);
  if (first.resource !== EVENT && areItsEvents && first.row !== null) return { ...first.row, events: present };
  if (first.row === null && present.length === 0) return null;
  return [first, ...others].flatMap(({ resource, row }) => (row ? { resource, ...row } : []));
}

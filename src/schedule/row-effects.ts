import { type EntityManager, In } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import type { ChangedRow, Effect } from '../change/effects.js';
import type { Write } from '../change/unit-of-work.js';
import { chunks, findIn, VALUES_AT_A_TIME } from '../database/find-in.js';
import { campaigns, events, type PastKind, revive, type Row } from './past-rows.js';
import { Tombstone } from './tombstone.entity.js';

/** Rows of one statement: SQL Server takes 2,100 parameters, and a row has some twenty. */
const ROWS_AT_A_TIME = 100;

/** A campaign comes before its events, and goes after them. */
function kinds(): PastKind<Row>[] {
  return [campaigns(), events()];
}

/** The kinds of rows that can be put back as they were. */
export function scheduledResources(): string[] {
  return kinds().map(({ resource }) => resource);
}

/** A row of the past as answers would have it now: fields that it did not have yet have their default. */
export function asNow(manager: EntityManager, resource: string, row: ChangedRow): ChangedRow {
  const kind = kinds().find((one) => one.resource === resource)!;
  return JSON.parse(JSON.stringify(revive(manager, kind, row))) as ChangedRow;
}

/** Whether rows of this kind can be put back as they were. */
export function isScheduled(resource: string): boolean {
  return scheduledResources().includes(resource);
}

/**
 * Makes each row what its `after` says: inserts it under its id, changes it, or deletes it and keeps a tombstone. A row
 * that is put back keeps its `createdOn`; `updatedOn` becomes the instant of the write.
 * @param effects with `before` as the rows are now; those of a deleted campaign's events included
 * @returns the effects with each `after` as the row now is
 */
export async function applyEffects(write: Write, effects: readonly Effect[]): Promise<Effect[]> {
  const applied: Effect[] = [];
  for (const kind of kinds()) applied.push(...(await putRows(write, kind, ofKind(effects, kind))));
  for (const kind of kinds().toReversed()) await buryRows(write, kind, ofKind(effects, kind));
  const byName = new Map(applied.map((effect) => [nameOf(effect), effect]));
  return effects.map((effect) => byName.get(nameOf(effect)) ?? effect);
}

/** The rows as they are, by `nameOf`; a row that is not there has no entry. */
export async function presentRows(
  manager: EntityManager,
  named: readonly Pick<Effect, 'resource' | 'id'>[],
): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  for (const kind of kinds())
    for (const row of await findIn(manager, kind.entity, 'id', idsOf(named, kind)))
      rows.set(nameOf({ resource: kind.resource, id: row.id }), row);
  return rows;
}

/** The tombstones of rows, by `nameOf`. */
export async function tombstonesOf(
  manager: EntityManager,
  named: readonly Pick<Effect, 'resource' | 'id'>[],
): Promise<Map<string, Tombstone>> {
  const tombstones = new Map<string, Tombstone>();
  for (const { resource } of kinds())
    for (const ids of chunks(idsOf(named, { resource }), VALUES_AT_A_TIME))
      for (const tombstone of await manager.findBy(Tombstone, { resource, id: In(ids) }))
        tombstones.set(nameOf(tombstone), tombstone);
  return tombstones;
}

/** The name of a row within the tenant. */
export function nameOf({ resource, id }: Pick<Effect, 'resource' | 'id'>): string {
  return `${resource} ${id}`;
}

async function putRows(
  { manager, version, at }: Write,
  kind: PastKind<Row>,
  effects: readonly Effect[],
): Promise<Effect[]> {
  const { resource, entity } = kind;
  const put = effects.flatMap(({ id, before, after }) => {
    if (after === null) return [];
    const row = revive(manager, kind, after);
    return [{ id, before, row: Object.assign(row, { id, updatedOn: at, revision: version.revision }) }];
  });
  for (const some of chunks(
    put.filter(({ before }) => before === null),
    ROWS_AT_A_TIME,
  )) {
    const rows = some.map(({ row }) => row) as QueryDeepPartialEntity<Row>[];
    await manager.createQueryBuilder().insert().into(entity).values(rows).updateEntity(false).execute();
    await manager.delete(Tombstone, { resource, id: In(some.map(({ id }) => id)) });
  }
  for (const { before, row } of put) {
    if (before === null) continue;
    const { id, ...fields } = row;
    await manager.update(entity, { id }, fields);
  }
  return put.map(({ id, before, row }) => ({ resource, id, before, after: row.toJSON() as ChangedRow }));
}

async function buryRows(
  { manager, version, at }: Write,
  kind: PastKind<Row>,
  effects: readonly Effect[],
): Promise<void> {
  const { resource, entity } = kind;
  const gone = effects.flatMap(({ before, after }) => (after === null && before !== null ? [before] : []));
  for (const some of chunks(gone, ROWS_AT_A_TIME)) {
    const tombstones = some.map((before) => {
      const { id, name, startDate, endDate, status, visibleFrom, tags, ...row } = revive(manager, kind, before);
      const { campaignEventId = null } = row as { campaignEventId?: number | null };
      const told = { name, startDate, endDate, status, visibleFrom, tags, row: before };
      return { resource, id, revision: version.revision, deletedOn: at, campaignEventId, ...told };
    });
    await manager.insert(Tombstone, tombstones as QueryDeepPartialEntity<Tombstone>[]);
    await manager.delete(entity, { id: In(some.map(({ id }) => id)) });
  }
}

function ofKind(effects: readonly Effect[], { resource }: Pick<PastKind<Row>, 'resource'>): Effect[] {
  return effects.filter((effect) => effect.resource === resource);
}

function idsOf(named: readonly Pick<Effect, 'resource' | 'id'>[], { resource }: { resource: string }): number[] {
  return named.flatMap((row) => (row.resource === resource ? [row.id] : []));
}

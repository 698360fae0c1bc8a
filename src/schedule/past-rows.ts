import type { Type } from '@nestjs/common';
import type { EntityManager, FindOptionsWhere, ObjectLiteral } from 'typeorm';
import type { ChangedRow } from '../change/effects.js';
import { entityNamed } from '../database/entity-named.js';
import { findIn } from '../database/find-in.js';
import { fieldsOf } from '../field/field.js';
import type { Sight } from '../lookback/lookback.js';
import { CAMPAIGN, EVENT } from './entity-names.js';
import type { Kind } from './kind.js';
import type { Scheduled } from './scheduled.entity.js';

export type Row = Scheduled & ObjectLiteral;

/** The parts of a kind of rows that a row of the past is found and made with. */
export type PastKind<T extends Row> = Pick<Kind<T>, 'entity' | 'resource'>;

/** An event, with the campaign that it is hidden with. */
interface InCampaign {
  campaignEventId: number;
  campaign?: Scheduled;
}

/** The rows of one kind that differ from those of now, in themselves or in their campaign. */
export interface PastRows<T> {
  rows: T[];
  /** Whether a row of now has another in its place, or none. */
  isReplaced(row: T): boolean;
  /** How many rows of now are replaced, at most. */
  replaced: number;
}

/** Campaigns, for rooms that hold both kinds. */
export function campaigns(): PastKind<Row> {
  return { entity: entityNamed(CAMPAIGN) as Type<Row>, resource: 'campaign' };
}

/** Events, for rooms that hold both kinds. */
export function events(): PastKind<Row & InCampaign> {
  return { entity: entityNamed(EVENT) as Type<Row & InCampaign>, resource: 'event' };
}

/** The rows of a kind that were touched, as they were. */
export function touchedRows<T extends Row>(kind: PastKind<T>, { manager, past }: Sight): T[] {
  return [...past.of(kind.resource).values()].flatMap((row) => (row ? revive(manager, kind, row) : []));
}

/** A row as it was. Fields that a release before did not know have their default. */
export function revive<T extends Row>(
  manager: EntityManager,
  { entity }: Pick<PastKind<T>, 'entity'>,
  row: ChangedRow,
): T {
  const values = fieldsOf(entity).map(({ name, api, input }) => {
    const value = name in row ? row[name] : input?.default;
    return [name, api.format === 'date-time' && typeof value === 'string' ? new Date(value) : value] as const;
  });
  return Object.assign(manager.create(entity), Object.fromEntries(values));
}

/** The row at a moment; undefined: there is none. */
export async function rowAt<T extends Row>(kind: PastKind<T>, id: number, sight: Sight): Promise<T | undefined> {
  const was = sight.past.of(kind.resource).get(id);
  if (was !== undefined) return was === null ? undefined : revive(sight.manager, kind, was);
  return (await sight.manager.findOneBy(kind.entity, { id } as FindOptionsWhere<T>)) ?? undefined;
}

/** The events of a campaign at a moment, by their start. */
export async function eventsAt<T extends Row>(kind: PastKind<T>, campaignEventId: number, sight: Sight): Promise<T[]> {
  const touched = sight.past.of(kind.resource);
  const present = await sight.manager.findBy(kind.entity, { campaignEventId } as unknown as FindOptionsWhere<T>);
  const past = touchedRows(kind, sight).filter((row) => row['campaignEventId'] === campaignEventId);
  return [...present.filter(({ id }) => !touched.has(id)), ...past].toSorted(
    (one, other) => one.startDate.getTime() - other.startDate.getTime() || one.id - other.id,
  );
}

/** The rows of a kind that have to be put in the place of those of now. */
export async function pastRows<T extends Row>(kind: PastKind<T>, sight: Sight): Promise<PastRows<T>> {
  const touched = sight.past.of(kind.resource);
  const rows = touchedRows(kind, sight);
  if (kind.resource === campaigns().resource)
    return { rows, isReplaced: ({ id }) => touched.has(id), replaced: touched.size };

  // An event that is as it was may have had another state, because its campaign was another.
  const owners = sight.past.of(campaigns().resource);
  const others = await findIn(sight.manager, kind.entity, 'campaignEventId', [...owners.keys()]);
  const all = [...rows, ...others.filter(({ id }) => !touched.has(id))] as (T & InCampaign)[];
  const campaignOf = await campaignsOf(all, sight);
  return {
    rows: all.flatMap((event) => {
      const campaign = campaignOf.get(event.campaignEventId);
      return campaign ? Object.assign(event, { campaign }) : [];
    }),
    isReplaced: (event) => touched.has(event.id) || owners.has((event as T & InCampaign).campaignEventId),
    replaced: touched.size + others.length,
  };
}

/** By id, the campaigns of events as they were. */
async function campaignsOf(all: readonly InCampaign[], sight: Sight): Promise<Map<number, Scheduled>> {
  const touched = sight.past.of(campaigns().resource);
  const ids = new Set(all.map(({ campaignEventId }) => campaignEventId));
  const untouched = [...ids].filter((id) => !touched.has(id));
  const present = await findIn(sight.manager, campaigns().entity, 'id', untouched);
  return new Map([...present, ...touchedRows(campaigns(), sight)].map((campaign) => [campaign.id, campaign]));
}

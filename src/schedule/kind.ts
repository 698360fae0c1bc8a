import type { Type } from '@nestjs/common';
import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { liveSpan } from '../cache/timeline.js';
import type { PageQuery, State } from './page.dto.js';
import type { Scheduled } from './scheduled.entity.js';
import { timelineRow } from './timeline-load.js';
import { publishedAt } from './visibility.js';

/** The rows that a page chooses from. */
interface Choice<T extends ObjectLiteral> {
  /** All rows, aliased `row`, with all that the other parts refer to. */
  rows(manager: EntityManager): SelectQueryBuilder<T>;
  /** The aliases of a row and of what it is hidden with: it is seen while all of them are. */
  seenWith: readonly string[];
  /** Conditions on `rows` at the instant `:now`. */
  inState: Record<State, string>;
}

/** The differences between one kind of scheduled rows and another. */
export interface Kind<T extends Scheduled & ObjectLiteral> extends Choice<T> {
  entity: Type<T>;
  /** The name of one row, in messages and in the changes. */
  resource: string;
  /** The path of the list. */
  path: string;
  /** The name of several rows, as timelines have it. */
  rowsName: 'campaigns' | 'events';
  /** The first instant at which the public may see a row of `rows`, as in TimelineRow. */
  seenFromMs(row: T): number | null;
}

/** Conditions on a row that no other decides about. */
export const IN_OWN_STATE: Record<State, string> = {
  live: `row.startDate <= :now AND row.endDate >= :now AND ${publishedAt('row')}`,
  upcoming: 'row.startDate > :now',
  ended: 'row.endDate < :now',
};

type Query = Pick<PageQuery, 'state' | 'from' | 'to'>;

/**
 * The rows to choose a page from at an instant, whoever sees them.
 * @param where fields with the values that rows must have
 */
export function chosenAt<T extends ObjectLiteral>(
  kind: Choice<T>,
  manager: EntityManager,
  query: Query,
  where: Partial<T>,
  now: Date,
): SelectQueryBuilder<T> {
  const rows = kind.rows(manager).setParameters({ now });
  if (query.state) rows.andWhere(`(${kind.inState[query.state]})`);
  for (const alias of kind.seenWith) {
    if (query.from) rows.andWhere(`${alias}.endDate >= :from`, { from: query.from });
    if (query.to) rows.andWhere(`${alias}.startDate <= :to`, { to: query.to });
  }
  for (const [field, value] of Object.entries(where))
    if (value !== undefined) rows.andWhere(`row.${field} = :${field}`, { [field]: value });
  return rows;
}

/** The same for one row that is in no table; an event comes with its campaign. */
export function isChosenAt<T extends Scheduled & ObjectLiteral>(
  row: T & { campaign?: Scheduled },
  { state, from, to }: Query,
  where: Partial<T>,
  now: Date,
): boolean {
  const parts = [row, row.campaign ?? row];
  if (from && parts.some(({ endDate }) => endDate < from)) return false;
  if (to && parts.some(({ startDate }) => startDate > to)) return false;
  if (Object.entries(where).some(([field, value]) => value !== undefined && row[field] !== value)) return false;
  return state === undefined || isIn(state, row, row.campaign ?? row, now);
}

function isIn(state: State, row: Scheduled, campaign: Scheduled, now: Date): boolean {
  const isReached = row.endDate >= campaign.startDate;
  const [isToCome, isCampaignToCome] = [row.startDate > now, campaign.startDate > now];
  if (state === 'upcoming') return isToCome || (isCampaignToCome && isReached);
  if (state === 'ended')
    return !isToCome && (row.endDate < now || campaign.endDate < now || (isCampaignToCome && !isReached));
  const span = liveSpan(timelineRow(row), timelineRow(campaign));
  return span !== undefined && span.fromMs <= now.getTime() && now.getTime() < span.untilMs;
}

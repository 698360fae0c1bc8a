import type { Type } from '@nestjs/common';
import type { Campaign } from '../campaign/campaign.entity.js';
import { Event } from '../event/event.entity.js';
import { type FieldError, Problem } from '../problem/problem.js';
import type { Draft } from './draft.js';

export type Row = Campaign | Event;

/** A line, and what it makes of a row. */
export interface Step<T extends Row = Row> {
  entity: Type<T>;
  draft: Draft;
  errors: FieldError[];
  /** Null for a new row. */
  before: T | null;
  /** The row as it results, new ones without their ids. Undefined where the line says too little. */
  after?: T;
  /** The fields of `after` that are written. */
  fields: object;
}

/** The campaign of an event: a line of the table, or a row that the table leaves as it is. */
export type Home = { step: Step<Campaign> } | { row: Campaign };

export interface EventStep extends Step<Event> {
  home?: Home;
}

export function isCampaign({ campaignName }: Draft): boolean {
  return campaignName === undefined;
}

export function resourceOf(entity: Function): string {
  return entity === Event ? 'event' : 'campaign';
}

/** As it will be; of a line that is wrong, as it was meant. */
export function nameOf({ draft, before, after }: Step<Campaign>): string | undefined {
  return after?.name ?? draft.name ?? before?.name;
}

export function campaignOf(home: Home): Campaign | undefined {
  return 'row' in home ? home.row : (home.step.after ?? home.step.before ?? undefined);
}

export function homeFault(name: string, homes: Home[]): string {
  const quoted = JSON.stringify(name);
  const lines = homes.flatMap((home) => ('step' in home ? home.step.draft.line : []));
  if (lines.length > 0) return `${quoted} is the name of lines ${lines.join(', ')}: give them different names`;
  return homes.length === 0
    ? `There is no campaign ${quoted} in the table, and none in the shopping centre.`
    : `There are ${homes.length} campaigns ${quoted} in the shopping centre: which one is meant?`;
}

export function doubled(line: number | undefined): string | undefined {
  return line === undefined ? undefined : `is the id of line ${line}, too`;
}

export function isMoved({ draft, before }: Pick<EventStep, 'draft' | 'before'>, campaign: Campaign): boolean {
  const { startDate, endDate } = draft.given;
  return before === null || (startDate ?? endDate) !== undefined || before.campaignEventId !== campaign.id;
}

export function isSamePeriod(one: Campaign, other: Campaign): boolean {
  return one.startDate.getTime() === other.startDate.getTime() && one.endDate.getTime() === other.endDate.getTime();
}

export function faultsOf(check: () => unknown): readonly FieldError[] {
  try {
    check();
    return [];
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    return thrown.extras.errors ?? [{ pointer: '#', detail: thrown.detail }];
  }
}

import type { components } from '../../../client/src/schema.js';

type Schemas = components['schemas'];

export type Campaign = Schemas['Campaign'];
export type Event = Schemas['Event'];
export type Row = Campaign | Event;
export type Change = Omit<Schemas['Change'], 'action'> & { action: string };
export type ImportReport = Schemas['ImportReport'];
export type TableLine = Schemas['TableLine'];
export type Rollout = Schemas['RolloutReport'];
export type Status = Row['status'];

/** A shopping centre as apps see it. */
export interface Centre {
  id: string;
  name: string;
  timeZone: string;
  languages: string[];
}

/** How a row stands at an instant, in the words of the desk. */
export type Standing = 'draft' | 'cancelled' | 'hidden' | 'upcoming' | 'live' | 'over';

/** @param campaign of an event, which is cancelled, hidden or over with its campaign */
export function standingOf(row: Row, nowMs: number, campaign?: Campaign): Standing {
  if (campaign && campaign.status === 'draft') return 'draft';
  if (row.status === 'draft') return 'draft';
  if (row.status === 'cancelled' || campaign?.status === 'cancelled') return 'cancelled';
  if (nowMs > Date.parse(row.endDate) || (campaign && nowMs > Date.parse(campaign.endDate))) return 'over';
  if ([row, campaign].some((one) => one?.visibleFrom && Date.parse(one.visibleFrom) > nowMs)) return 'hidden';
  return nowMs < Date.parse(row.startDate) || (campaign && nowMs < Date.parse(campaign.startDate))
    ? 'upcoming'
    : 'live';
}

export type Resource = 'campaign' | 'event';

/** The fate of events that would lie outside their campaign's new period. */
export type EventsRule = 'shift' | 'trim' | 'keep';

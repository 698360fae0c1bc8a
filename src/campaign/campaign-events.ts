import type { Type } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Effect } from '../change/effects.js';
import type { Write } from '../change/unit-of-work.js';
import { entityNamed } from '../database/entity-named.js';
import { EVENT } from '../schedule/entity-names.js';
import type { Scheduled } from '../schedule/scheduled.entity.js';
import { effectOn } from '../schedule/scheduled-rows.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import type { Campaign } from './campaign.entity.js';
import { type EventsRule, placeEvents, type Placing } from './events-rule.js';

/** The name of an event in the changes. */
export const EVENT_RESOURCE = 'event';

export function eventEntity(): Type<Scheduled> {
  return entityNamed(EVENT) as Type<Scheduled>;
}

export function inCampaign<T extends object>(part: T, { id: campaignEventId }: Campaign): T {
  return { ...part, campaignEventId };
}

export function eventsOf(manager: EntityManager, campaign: Campaign): Promise<Scheduled[]> {
  return manager.find(eventEntity(), { where: inCampaign({}, campaign), order: { id: 'ASC' } });
}

/**
 * Gives the events of a campaign their places in its new period, if it is another than before.
 * @throws Problem 422 when some would lie outside, and `rule` does not say what becomes of them
 */
export async function placeAnew(
  { manager, version, at }: Write,
  before: Campaign,
  campaign: Campaign,
  rule: EventsRule | undefined,
): Promise<Effect[]> {
  if (rule === 'keep' || isSamePeriod(before, campaign)) return [];
  const events = await eventsOf(manager, campaign);
  const move = { from: before, to: campaign, timeZone: currentTenant().timeZone, now: at };
  const effects: Effect[] = [];
  for (const [index, placing] of placeEvents(events, move, rule).entries()) {
    const event = events[index];
    if (!event || isPlaced(event, placing)) continue;
    const changed = { ...placing, updatedOn: at, revision: version.revision };
    await manager.update(eventEntity(), { id: event.id }, changed);
    effects.push(effectOn(EVENT_RESOURCE, event, Object.assign(manager.create(eventEntity(), event), changed)));
  }
  return effects;
}

function isSamePeriod(one: Campaign, other: Campaign): boolean {
  return one.startDate.getTime() === other.startDate.getTime() && one.endDate.getTime() === other.endDate.getTime();
}

function isPlaced(event: Scheduled, placing: Placing): boolean {
  return textOf(event) === textOf(placing);
}

function textOf({ startDate, endDate, visibleFrom, status }: Placing): string {
  return JSON.stringify([startDate, endDate, visibleFrom, status]);
}

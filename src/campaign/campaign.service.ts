import { Injectable } from '@nestjs/common';
import { toldOf } from '../change/effects.js';
import { UnitOfWork } from '../change/unit-of-work.js';
import { givenOf } from '../field/input.js';
import type { Precondition } from '../representation/precondition.js';
import type { Representation } from '../representation/representation.js';
import type { PageQuery } from '../schedule/page.dto.js';
import { IN_OWN_STATE, type Kind } from '../schedule/kind.js';
import type { MomentQuery } from '../schedule/moment.dto.js';
import { requireWithin } from '../schedule/period.js';
import type { Given, Scheduled } from '../schedule/scheduled.entity.js';
import { createdAnswer, effectOn, getRow, insertRow, ScheduledRows } from '../schedule/scheduled-rows.js';
import { visibleMs } from '../schedule/visibility.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import type { CopyCampaign } from './campaign.dto.js';
import { Campaign } from './campaign.entity.js';
import { EVENT_RESOURCE, eventEntity, eventsOf, inCampaign, placeAnew } from './campaign-events.js';
import { type EventsRule, moveAlong, placeCopies } from './events-rule.js';

const CAMPAIGNS: Kind<Campaign> = {
  entity: Campaign,
  resource: 'campaign',
  path: '/campaign-events',
  rowsName: 'campaigns',
  rows: (manager) => manager.createQueryBuilder(Campaign, 'row'),
  seenWith: ['row'],
  inState: IN_OWN_STATE,
  seenFromMs: visibleMs,
};

@Injectable()
export class CampaignService {
  constructor(
    private readonly rows: ScheduledRows,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  live(moment: MomentQuery = {}): Promise<Representation<Buffer>> {
    return this.rows.live(CAMPAIGNS, moment);
  }

  page(query: PageQuery): Promise<Representation<Buffer>> {
    return this.rows.page(CAMPAIGNS, query);
  }

  find(id: number, moment: MomentQuery = {}): Promise<Representation<Buffer>> {
    return this.rows.find(CAMPAIGNS, id, moment);
  }

  /** @param body may carry `events`, which are created with the campaign or not at all */
  create({
    events: parts,
    ...given
  }: Given<Campaign> & { events?: Given<Scheduled>[] }): Promise<Representation<object>> {
    return this.unitOfWork.write(async (write) => {
      parts?.forEach((part, index) => requireWithin(part, given, `#/events/${index}`));
      const campaign = await insertRow(write, Campaign, given);
      const events: Scheduled[] = [];
      // One by one: SQL Server gives the ids of many rows in no order that one could rely on.
      for (const [index, part] of (parts ?? []).entries())
        events.push(await insertRow(write, eventEntity(), inCampaign(part, campaign), `#/events/${index}`));
      return {
        action: 'create',
        resource: CAMPAIGNS.resource,
        resourceId: campaign.id,
        before: null,
        after: withEvents(campaign, events),
        result: createdAnswer(CAMPAIGNS, write, campaign, parts && { ...campaign.toJSON(), events }),
      };
    });
  }

  change(
    action: 'replace' | 'update',
    id: number,
    precondition: Precondition,
    body: Partial<Given<Campaign>>,
    rule?: EventsRule,
  ): Promise<Representation<Campaign>> {
    return this.rows.change(CAMPAIGNS, action, id, precondition, body, (write, campaign, _, before) =>
      placeAnew(write, before, campaign, rule),
    );
  }

  /**
   * Creates a campaign like another, with its events.
   * @throws Problem 422 when events would lie outside, as in the original, and `rule` does not say what becomes of them
   */
  copy(id: number, { startDate, name, status }: CopyCampaign, rule?: EventsRule): Promise<Representation<object>> {
    return this.unitOfWork.write(async (write) => {
      const { manager, at } = write;
      const original = await getRow(manager, CAMPAIGNS, id);
      const { timeZone } = currentTenant();
      const start = { from: original, to: { startDate, endDate: startDate }, timeZone, now: at };
      const placing = { ...moveAlong(original, start), name: name ?? original.name, status: status ?? 'draft' };
      const campaign = await insertRow(write, Campaign, { ...givenOf(original), ...placing });
      const events = await eventsOf(manager, original);
      const placings = placeCopies(events, { from: original, to: campaign, timeZone, now: at }, rule);
      const copies: Scheduled[] = [];
      for (const [index, event] of events.entries()) {
        const copy = inCampaign({ ...givenOf(event), ...placings[index] }, campaign);
        copies.push(await insertRow(write, eventEntity(), copy));
      }
      return {
        action: 'create',
        ...toldOf([
          effectOn('campaign', null, campaign),
          ...copies.map((copy) => effectOn(EVENT_RESOURCE, null, copy)),
        ]),
        result: createdAnswer(CAMPAIGNS, write, campaign, { ...campaign.toJSON(), events: copies }),
      };
    });
  }

  /** Deletes the campaign's events with it. */
  delete(id: number, precondition: Precondition): Promise<void> {
    return this.rows.delete(CAMPAIGNS, id, precondition, async ({ manager }, campaign) =>
      (await eventsOf(manager, campaign)).map((event) => effectOn(EVENT_RESOURCE, event, null)),
    );
  }
}

/** A campaign as the changes tell of it when events come or go with it. */
function withEvents(campaign: Campaign, events: Scheduled[]): object {
  return events.length > 0 ? { ...campaign.toJSON(), events } : campaign;
}

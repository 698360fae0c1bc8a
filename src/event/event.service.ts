import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { TenantCache } from '../cache/tenant-cache.js';
import { seenFromMs } from '../cache/timeline.js';
import { Campaign } from '../campaign/campaign.entity.js';
import { UnitOfWork } from '../change/unit-of-work.js';
import { notFound, Problem } from '../problem/problem.js';
import type { Precondition } from '../representation/precondition.js';
import type { Representation } from '../representation/representation.js';
import { isElsewhen } from '../lookback/lookback.js';
import type { Kind } from '../schedule/kind.js';
import type { MomentQuery } from '../schedule/moment.dto.js';
import { PastReader } from '../schedule/past-reader.js';
import { requireWithin } from '../schedule/period.js';
import type { Given } from '../schedule/scheduled.entity.js';
import { createdAnswer, insertRow, ScheduledRows } from '../schedule/scheduled-rows.js';
import { publishedAt, visibleMs } from '../schedule/visibility.js';
import type { CreateEvent, EventPageQuery } from './event.dto.js';
import { Event } from './event.entity.js';

const EVENTS: Kind<Event> = {
  entity: Event,
  resource: 'event',
  path: '/events',
  rowsName: 'events',
  rows: (manager) =>
    manager
      .createQueryBuilder(Event, 'row')
      .innerJoin('row.campaign', 'campaign')
      .addSelect(['campaign.id', 'campaign.status', 'campaign.visibleFrom']),
  seenWith: ['row', 'campaign'],
  // An event is live while it and its campaign are. One that has started is over when its campaign cannot reach it any more.
  inState: {
    live:
      'row.startDate <= :now AND row.endDate >= :now AND campaign.startDate <= :now AND campaign.endDate >= :now AND ' +
      publishedAt('row', 'campaign'),
    upcoming: 'row.startDate > :now OR (campaign.startDate > :now AND row.endDate >= campaign.startDate)',
    ended:
      'row.startDate <= :now AND (row.endDate < :now OR campaign.endDate < :now' +
      ' OR (campaign.startDate > :now AND row.endDate < campaign.startDate))',
  },
  seenFromMs: (event) => (event.campaign ? seenFromMs(placed(event), placed(event.campaign)) : null),
};

function placed(row: Event | Campaign) {
  return { visibleMs: visibleMs(row) };
}

@Injectable()
export class EventService {
  constructor(
    private readonly rows: ScheduledRows,
    private readonly unitOfWork: UnitOfWork,
    private readonly cache: TenantCache,
    private readonly past: PastReader,
  ) {}

  live(moment: MomentQuery = {}): Promise<Representation<Buffer>> {
    return this.rows.live(EVENTS, moment);
  }

  page(query: EventPageQuery): Promise<Representation<Buffer>> {
    const { campaignEventId } = query;
    return this.rows.page(EVENTS, query, campaignEventId === undefined ? {} : { campaignEventId });
  }

  /** @throws Problem 404, also for a campaign that the caller may not see */
  async ofCampaign(campaignEventId: number, moment: MomentQuery = {}): Promise<Representation<Buffer>> {
    if (isElsewhen(moment)) return this.past.eventsOf(EVENTS, campaignEventId, moment);
    const missing = () => notFound('campaign', campaignEventId);
    const found = await this.cache.represent(`/campaign-events/${campaignEventId}/events`, async (manager) => {
      const campaign = await manager.findOneBy(Campaign, { id: campaignEventId });
      if (!campaign) throw missing();
      const events = await manager.find(Event, { where: { campaignEventId }, order: { startDate: 'ASC', id: 'ASC' } });
      const rows = events.map((event) => ({ json: JSON.stringify(event), visibleMs: visibleMs(event) }));
      return { kind: 'list', visibleMs: visibleMs(campaign), rows };
    });
    if (!found) throw missing();
    return found;
  }

  find(id: number, moment: MomentQuery = {}): Promise<Representation<Buffer>> {
    return this.rows.find(EVENTS, id, moment);
  }

  create(given: CreateEvent): Promise<Representation<object>> {
    return this.unitOfWork.write(async (write) => {
      requireWithin(given, await getCampaign(write.manager, given.campaignEventId));
      const event = await insertRow(write, Event, given);
      return {
        action: 'create',
        resource: EVENTS.resource,
        resourceId: event.id,
        before: null,
        after: event,
        result: createdAnswer(EVENTS, write, event),
      };
    });
  }

  change(
    action: 'replace' | 'update',
    id: number,
    precondition: Precondition,
    body: Partial<Given<Event>>,
  ): Promise<Representation<Event>> {
    return this.rows.change(EVENTS, action, id, precondition, body, async ({ manager }, event, given) => {
      // Its campaign may have been shortened since: that stands in the way of new dates, not of a new name.
      if (given.startDate ?? given.endDate ?? given.campaignEventId !== undefined)
        requireWithin(event, await getCampaign(manager, event.campaignEventId));
      return [];
    });
  }

  delete(id: number, precondition: Precondition): Promise<void> {
    return this.rows.delete(EVENTS, id, precondition);
  }
}

/** @throws Problem 422 when there is no such campaign */
async function getCampaign(manager: EntityManager, id: number): Promise<Campaign> {
  const campaign = await manager.findOneBy(Campaign, { id });
  if (campaign) return campaign;
  const detail = `There is no campaign ${id}.`;
  throw new Problem(422, 'campaign-event-unknown', detail, { errors: [{ pointer: '#/campaignEventId', detail }] });
}

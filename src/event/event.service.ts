import { Injectable } from '@nestjs/common';
import { type EntityManager, MoreThanOrEqual } from 'typeorm';
import type { Content } from '../cache/cached.js';
import { TenantCache } from '../cache/tenant-cache.js';
import { Campaign } from '../campaign/campaign.entity.js';
import { Clock } from '../clock/clock.js';
import { notFound, Problem } from '../problem/problem.js';
import type { Precondition } from '../representation/precondition.js';
import { Representation } from '../representation/representation.js';
import type { Action } from '../change/change.entity.js';
import { listTag, rowTag } from '../revision/entity-tag.js';
import { UnitOfWork } from '../change/unit-of-work.js';
import type { Page, State } from '../schedule/page.dto.js';
import { PageReader } from '../schedule/page-reader.js';
import { requirePeriod, requireWithin } from '../schedule/period.js';
import type { CreateEvent, EventPageQuery, UpdateEvent } from './event.dto.js';
import { Event } from './event.entity.js';

const LIVE = '/events/live';

// An event is live while it and its campaign are. One that a shortened campaign no longer reaches is over.
const IN_STATE: Record<State, string> = {
  live: 'row.startDate <= :now AND row.endDate >= :now AND campaign.startDate <= :now AND campaign.endDate >= :now',
  upcoming:
    '(row.startDate > :now OR campaign.startDate > :now) AND row.endDate >= :now AND campaign.endDate >= :now' +
    ' AND row.startDate <= campaign.endDate AND row.endDate >= campaign.startDate',
  ended:
    '(row.endDate < :now OR campaign.endDate < :now OR row.startDate > campaign.endDate OR row.endDate < campaign.startDate)',
};

@Injectable()
export class EventService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly cache: TenantCache,
    private readonly pages: PageReader,
    private readonly clock: Clock,
  ) {}

  live(): Promise<Representation<Buffer>> {
    return this.cache.represent(LIVE, (manager) => this.timeline(manager));
  }

  page(query: EventPageQuery): Promise<Representation<Page<Event>>> {
    return this.pages.read(query, { path: LIVE, load: (manager) => this.timeline(manager) }, (manager, now) => {
      const rows = manager.createQueryBuilder(Event, 'row').innerJoin('row.campaign', 'campaign');
      if (query.state) rows.where(IN_STATE[query.state], { now });
      if (query.campaignEventId !== undefined) {
        rows.andWhere('row.campaignEventId = :campaignEventId', { campaignEventId: query.campaignEventId });
      }
      return rows;
    });
  }

  ofCampaign(campaignEventId: number): Promise<Representation<Buffer>> {
    return this.cache.represent(`/campaign-events/${campaignEventId}/events`, async (manager, version) => {
      if (!(await manager.existsBy(Campaign, { id: campaignEventId }))) throw notFound('campaign', campaignEventId);
      const events = await manager.find(Event, { where: { campaignEventId }, order: { startDate: 'ASC', id: 'ASC' } });
      return { kind: 'fixed', json: JSON.stringify(events), etag: listTag(version) };
    });
  }

  find(id: number): Promise<Representation<Buffer>> {
    return this.cache.represent(`/events/${id}`, async (manager, version) => {
      const event = await get(manager, id);
      return { kind: 'fixed', json: JSON.stringify(event), etag: rowTag(version, event) };
    });
  }

  create(fields: CreateEvent): Promise<Representation<Event>> {
    return this.unitOfWork.write(async ({ manager, version, at }) => {
      requireWithin(fields, await getCampaign(manager, fields.campaignEventId));
      const event = manager.create(Event, { ...fields, createdOn: at, updatedOn: at, revision: version.revision });
      await manager.insert(Event, event);
      const result = new Representation(event, rowTag(version, event), { location: `/events/${event.id}` });
      return { action: 'create', resource: 'event', resourceId: event.id, before: null, after: event, result };
    });
  }

  change(action: Action, id: number, precondition: Precondition, fields: UpdateEvent): Promise<Representation<Event>> {
    if (Object.keys(fields).length === 0) return this.unchanged(id, precondition);
    return this.unitOfWork.write(async ({ manager, version, at }) => {
      const event = await get(manager, id);
      precondition.check(rowTag(version, event));
      const before = event.toJSON();
      const changed = { ...fields, updatedOn: at, revision: version.revision };
      requirePeriod(Object.assign(event, changed), fields);
      // Its campaign may have been shortened since: that stands in the way of new dates, not of a new name.
      if (fields.startDate ?? fields.endDate ?? fields.campaignEventId !== undefined) {
        requireWithin(event, await getCampaign(manager, event.campaignEventId));
      }
      await manager.update(Event, { id }, changed);
      return {
        action,
        resource: 'event',
        resourceId: id,
        before,
        after: event,
        result: new Representation(event, rowTag(version, event)),
      };
    });
  }

  /** A patch of no fields: nothing is written. */
  private unchanged(id: number, precondition: Precondition): Promise<Representation<Event>> {
    return this.unitOfWork.read(async (manager, version) => {
      const event = await get(manager, id);
      precondition.check(rowTag(version, event));
      return new Representation(event, rowTag(version, event));
    });
  }

  delete(id: number, precondition: Precondition): Promise<void> {
    return this.unitOfWork.write(async ({ manager, version }) => {
      const event = await get(manager, id);
      precondition.check(rowTag(version, event));
      await manager.delete(Event, { id });
      return { action: 'delete', resource: 'event', resourceId: id, before: event, after: null, result: undefined };
    });
  }

  private async timeline(manager: EntityManager): Promise<Content> {
    const now = new Date(this.clock.now());
    const events = await manager.find(Event, {
      where: { endDate: MoreThanOrEqual(now), campaign: { endDate: MoreThanOrEqual(now) } },
      relations: { campaign: true },
      order: { startDate: 'ASC', id: 'ASC' },
    });
    const entries = events.map((event) => ({
      json: JSON.stringify(event),
      startMs: Math.max(event.startDate.getTime(), event.campaign?.startDate.getTime() ?? Infinity),
      endMs: Math.min(event.endDate.getTime(), event.campaign?.endDate.getTime() ?? -Infinity),
    }));
    return { kind: 'timeline', entries };
  }
}

async function get(manager: EntityManager, id: number): Promise<Event> {
  const event = await manager.findOneBy(Event, { id });
  if (!event) throw notFound('event', id);
  return event;
}

async function getCampaign(manager: EntityManager, id: number): Promise<Campaign> {
  const campaign = await manager.findOneBy(Campaign, { id });
  if (campaign) return campaign;
  const detail = `There is no campaign ${id}.`;
  throw new Problem(422, 'campaign-event-unknown', detail, { errors: [{ pointer: '#/campaignEventId', detail }] });
}

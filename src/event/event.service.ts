import { Injectable } from '@nestjs/common';
import { type EntityManager, MoreThanOrEqual } from 'typeorm';
import { Campaign } from '../campaign/campaign.entity.js';
import { Clock } from '../clock.js';
import { notFound, Problem } from '../problem/problem.js';
import type { Precondition } from '../representation/precondition.js';
import { Representation } from '../representation/representation.js';
import type { Action } from '../revision/change.entity.js';
import { listTag, rowTag } from '../revision/entity-tag.js';
import { UnitOfWork } from '../revision/unit-of-work.js';
import { maxAgeSeconds } from '../schedule/freshness.js';
import { findPage } from '../schedule/page.js';
import type { Page, State } from '../schedule/page.dto.js';
import { requirePeriod, requireWithin } from '../schedule/period.js';
import { Timeline } from '../schedule/timeline.js';
import type { CreateEvent, EventPageQuery, UpdateEvent } from './event.dto.js';
import { Event } from './event.entity.js';

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
    private readonly clock: Clock,
  ) {}

  live(): Promise<Representation<Event[]>> {
    return this.unitOfWork.read(async (manager, version) => {
      const nowMs = this.clock.now();
      const { values, boundaryMs } = (await timeline(manager, nowMs)).at(nowMs);
      return new Representation(values, listTag(version, boundaryMs), {
        maxAgeSeconds: maxAgeSeconds(nowMs, boundaryMs),
      });
    });
  }

  page(query: EventPageQuery): Promise<Representation<Page<Event>>> {
    return this.unitOfWork.read(async (manager, version) => {
      const nowMs = this.clock.now();
      const rows = manager.createQueryBuilder(Event, 'row').innerJoin('row.campaign', 'campaign');
      if (query.state) rows.where(IN_STATE[query.state], { now: new Date(nowMs) });
      if (query.campaignEventId !== undefined) {
        rows.andWhere('row.campaignEventId = :campaignEventId', { campaignEventId: query.campaignEventId });
      }
      const boundaryMs = query.state && (await timeline(manager, nowMs)).at(nowMs).boundaryMs;
      const page = await findPage(rows, query);
      return new Representation(page, listTag(version, boundaryMs), {
        maxAgeSeconds: maxAgeSeconds(nowMs, boundaryMs),
      });
    });
  }

  ofCampaign(campaignEventId: number): Promise<Representation<Event[]>> {
    return this.unitOfWork.read(async (manager, version) => {
      if (!(await manager.existsBy(Campaign, { id: campaignEventId }))) throw notFound('campaign', campaignEventId);
      const events = await manager.find(Event, { where: { campaignEventId }, order: { startDate: 'ASC', id: 'ASC' } });
      return new Representation(events, listTag(version), { maxAgeSeconds: maxAgeSeconds(this.clock.now()) });
    });
  }

  find(id: number): Promise<Representation<Event>> {
    return this.unitOfWork.read(async (manager, version) => {
      const event = await get(manager, id);
      return new Representation(event, rowTag(version, event), { maxAgeSeconds: maxAgeSeconds(this.clock.now()) });
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

  delete(id: number, precondition: Precondition): Promise<void> {
    return this.unitOfWork.write(async ({ manager, version }) => {
      const event = await get(manager, id);
      precondition.check(rowTag(version, event));
      await manager.delete(Event, { id });
      return { action: 'delete', resource: 'event', resourceId: id, before: event, after: null, result: undefined };
    });
  }
}

async function timeline(manager: EntityManager, nowMs: number): Promise<Timeline<Event>> {
  const now = new Date(nowMs);
  const events = await manager.find(Event, {
    where: { endDate: MoreThanOrEqual(now), campaign: { endDate: MoreThanOrEqual(now) } },
    relations: { campaign: true },
    order: { startDate: 'ASC', id: 'ASC' },
  });
  return new Timeline(
    events.map((value) => ({
      value,
      startMs: Math.max(value.startDate.getTime(), value.campaign?.startDate.getTime() ?? 0),
      endMs: Math.min(value.endDate.getTime(), value.campaign?.endDate.getTime() ?? Infinity),
    })),
  );
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

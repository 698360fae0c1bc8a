import { Injectable } from '@nestjs/common';
import { type EntityManager, MoreThanOrEqual } from 'typeorm';
import type { Content } from '../cache/cached.js';
import { TenantCache } from '../cache/tenant-cache.js';
import { Clock } from '../clock/clock.js';
import { notFound } from '../problem/problem.js';
import type { Precondition } from '../representation/precondition.js';
import { Representation } from '../representation/representation.js';
import type { Action } from '../change/change.entity.js';
import { rowTag } from '../revision/entity-tag.js';
import { UnitOfWork } from '../change/unit-of-work.js';
import type { Page, PageQuery, State } from '../schedule/page.dto.js';
import { PageReader } from '../schedule/page-reader.js';
import { requirePeriod, requireWithin } from '../schedule/period.js';
import type { CreateCampaign, UpdateCampaign } from './campaign.dto.js';
import { Campaign } from './campaign.entity.js';

const LIVE = '/campaign-events/live';

const IN_STATE: Record<State, string> = {
  live: 'row.startDate <= :now AND row.endDate >= :now',
  upcoming: 'row.startDate > :now',
  ended: 'row.endDate < :now',
};

@Injectable()
export class CampaignService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly cache: TenantCache,
    private readonly pages: PageReader,
    private readonly clock: Clock,
  ) {}

  live(): Promise<Representation<Buffer>> {
    return this.cache.represent(LIVE, (manager) => this.timeline(manager));
  }

  page(query: PageQuery): Promise<Representation<Page<Campaign>>> {
    return this.pages.read(query, { path: LIVE, load: (manager) => this.timeline(manager) }, (manager, now) => {
      const rows = manager.createQueryBuilder(Campaign, 'row');
      if (query.state) rows.where(IN_STATE[query.state], { now });
      return rows;
    });
  }

  find(id: number): Promise<Representation<Buffer>> {
    return this.cache.represent(`/campaign-events/${id}`, async (manager, version) => {
      const campaign = await get(manager, id);
      return { kind: 'fixed', json: JSON.stringify(campaign), etag: rowTag(version, campaign) };
    });
  }

  create({ events: parts = [], ...fields }: CreateCampaign): Promise<Representation<Campaign>> {
    return this.unitOfWork.write(async ({ manager, version, at }) => {
      parts.forEach((part, index) => requireWithin(part, fields, `#/events/${index}`));
      const made = { createdOn: at, updatedOn: at, revision: version.revision };
      const campaign = manager.create(Campaign, { ...fields, ...made });
      await manager.insert(Campaign, campaign);
      const events = parts.map((part) => manager.create(EVENT, { ...part, ...made, campaignEventId: campaign.id }));
      // One by one: SQL Server gives the ids of many rows in no order that one could rely on.
      for (const event of events) await manager.insert(EVENT, [event]);
      const result = new Representation(campaign, rowTag(version, campaign), {
        location: `/campaign-events/${campaign.id}`,
      });
      return {
        action: 'create',
        resource: 'campaign',
        resourceId: campaign.id,
        before: null,
        after: withEvents(campaign, events),
        result,
      };
    });
  }

  change(
    action: Action,
    id: number,
    precondition: Precondition,
    fields: UpdateCampaign,
  ): Promise<Representation<Campaign>> {
    if (Object.keys(fields).length === 0) return this.unchanged(id, precondition);
    return this.unitOfWork.write(async ({ manager, version, at }) => {
      const campaign = await get(manager, id);
      precondition.check(rowTag(version, campaign));
      const before = campaign.toJSON();
      const changed = { ...fields, updatedOn: at, revision: version.revision };
      requirePeriod(Object.assign(campaign, changed), fields);
      await manager.update(Campaign, { id }, changed);
      const result = new Representation(campaign, rowTag(version, campaign));
      return { action, resource: 'campaign', resourceId: id, before, after: campaign, result };
    });
  }

  /** A patch of no fields: nothing is written. */
  private unchanged(id: number, precondition: Precondition): Promise<Representation<Campaign>> {
    return this.unitOfWork.read(async (manager, version) => {
      const campaign = await get(manager, id);
      precondition.check(rowTag(version, campaign));
      return new Representation(campaign, rowTag(version, campaign));
    });
  }

  /** Its events go with it. */
  delete(id: number, precondition: Precondition): Promise<void> {
    return this.unitOfWork.write(async ({ manager, version }) => {
      const campaign = await get(manager, id, { events: true });
      precondition.check(rowTag(version, campaign));
      await manager.delete(Campaign, { id });
      return {
        action: 'delete',
        resource: 'campaign',
        resourceId: id,
        before: withEvents(campaign, campaign.events ?? []),
        after: null,
        result: undefined,
      };
    });
  }

  private async timeline(manager: EntityManager): Promise<Content> {
    const campaigns = await manager.find(Campaign, {
      where: { endDate: MoreThanOrEqual(new Date(this.clock.now())) },
      order: { startDate: 'ASC', id: 'ASC' },
    });
    const entries = campaigns.map((campaign) => ({
      json: JSON.stringify(campaign),
      startMs: campaign.startDate.getTime(),
      endMs: campaign.endDate.getTime(),
    }));
    return { kind: 'timeline', entries };
  }
}

// An event's entity belongs to the events; the name is all a campaign needs to store its parts.
const EVENT = 'Event';

/** As the changes tell of a campaign whose events come or go with it. */
function withEvents(campaign: Campaign, events: unknown[]): object {
  return events.length > 0 ? { ...campaign.toJSON(), events } : campaign;
}

async function get(manager: EntityManager, id: number, relations?: { events: true }): Promise<Campaign> {
  const campaign = await manager.findOne(Campaign, { where: { id }, relations });
  if (!campaign) throw notFound('campaign', id);
  return campaign;
}

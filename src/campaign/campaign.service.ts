import { Injectable, type Type } from '@nestjs/common';
import { UnitOfWork } from '../change/unit-of-work.js';
import { entityNamed } from '../database/entity-named.js';
import type { Precondition } from '../representation/precondition.js';
import type { Representation } from '../representation/representation.js';
import { EVENT } from '../schedule/entity-names.js';
import type { PageQuery } from '../schedule/page.dto.js';
import type { Kind } from '../schedule/kind.js';
import type { MomentQuery } from '../schedule/moment.dto.js';
import { requireWithin } from '../schedule/period.js';
import type { Given, Scheduled } from '../schedule/scheduled.entity.js';
import { createdAnswer, insertRow, ScheduledRows } from '../schedule/scheduled-rows.js';
import { publishedAt, visibleMs } from '../schedule/visibility.js';
import { Campaign } from './campaign.entity.js';

const CAMPAIGNS: Kind<Campaign> = {
  entity: Campaign,
  resource: 'campaign',
  path: '/campaign-events',
  rowsName: 'campaigns',
  rows: (manager) => manager.createQueryBuilder(Campaign, 'row'),
  seenWith: ['row'],
  inState: {
    live: `row.startDate <= :now AND row.endDate >= :now AND ${publishedAt('row')}`,
    upcoming: 'row.startDate > :now',
    ended: 'row.endDate < :now',
  },
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
  ): Promise<Representation<Campaign>> {
    return this.rows.change(CAMPAIGNS, action, id, precondition, body);
  }

  /** Deletes the campaign's events with it. */
  delete(id: number, precondition: Precondition): Promise<void> {
    return this.rows.delete(CAMPAIGNS, id, precondition, async ({ manager }, campaign) =>
      withEvents(
        campaign,
        await manager.find(eventEntity(), { where: inCampaign({}, campaign), order: { id: 'ASC' } }),
      ),
    );
  }
}

function eventEntity(): Type<Scheduled> {
  return entityNamed(EVENT) as Type<Scheduled>;
}

function inCampaign<T extends object>(part: T, { id: campaignEventId }: Campaign): T {
  return { ...part, campaignEventId };
}

/** A campaign as the changes tell of it when events come or go with it. */
function withEvents(campaign: Campaign, events: Scheduled[]): object {
  return events.length > 0 ? { ...campaign.toJSON(), events } : campaign;
}

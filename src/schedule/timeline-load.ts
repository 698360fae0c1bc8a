import type { Type } from '@nestjs/common';
import type { Load } from '../cache/tenant-cache.js';
import type { EntityManager } from 'typeorm';
import type { TimelineCampaign, TimelineRow } from '../cache/timeline.js';
import type { Clock } from '../clock/clock.js';
import { entityNamed } from '../database/entity-named.js';
import { CAMPAIGN, EVENT } from './entity-names.js';
import type { Scheduled } from './scheduled.entity.js';
import { visibleMs } from './visibility.js';

interface Campaign extends Scheduled {
  events: Scheduled[];
}

/**
 * Loads all campaigns and events of a tenant that have not ended, drafts included, in order of start and id. A campaign
 * that was shortened comes along while it has such an event: pages of events change when that one is seen or starts.
 */
export function timelineLoad(clock: Clock): Load {
  return async (manager) => ({
    kind: 'timeline',
    campaigns: await loadTimeline(manager, new Date(clock.now())),
  });
}

/** As timelineLoad, at the instant `now`. */
export async function loadTimeline(manager: EntityManager, now: Date): Promise<TimelineCampaign[]> {
  const campaigns = await manager
    .createQueryBuilder(entityNamed(CAMPAIGN) as Type<Campaign>, 'campaign')
    .leftJoinAndMapMany(
      'campaign.events',
      entityNamed(EVENT),
      'event',
      'event.campaignEventId = campaign.id AND event.endDate >= :now',
    )
    .where((campaigns) => {
      const going = campaigns.subQuery().select('going.campaignEventId').from(entityNamed(EVENT), 'going');
      return `campaign.endDate >= :now OR campaign.id IN ${going.where('going.endDate >= :now').getQuery()}`;
    })
    .setParameters({ now })
    .orderBy('campaign.startDate')
    .addOrderBy('campaign.id')
    .addOrderBy('event.startDate')
    .addOrderBy('event.id')
    .getMany();
  return campaigns.map((campaign) => ({ ...timelineRow(campaign), events: campaign.events.map(timelineRow) }));
}

/** A row with its instants, as the arithmetic of the timeline takes it. */
export function timelineRow(row: Scheduled): TimelineRow {
  return {
    id: row.id,
    json: JSON.stringify(row),
    visibleMs: visibleMs(row),
    startMs: row.startDate.getTime(),
    endMs: row.endDate.getTime(),
    isPublished: row.status === 'published',
  };
}

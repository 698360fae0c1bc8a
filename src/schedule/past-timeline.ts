import type { Content } from '../cache/cached.js';
import type { TimelineCampaign, TimelineRow } from '../cache/timeline.js';
import type { Sight } from '../lookback/lookback.js';
import { campaigns, events, touchedRows } from './past-rows.js';
import { loadTimeline, timelineRow } from './timeline-load.js';

/** The campaigns and events at a moment that have not ended by it, in order of start and id. */
export async function timelineAt(sight: Sight): Promise<Content> {
  const { manager, at, past } = sight;
  const present = await loadTimeline(manager, at);
  const [touchedCampaigns, touchedEvents] = [past.of(campaigns().resource), past.of(events().resource)];
  if (touchedCampaigns.size + touchedEvents.size === 0) return { kind: 'timeline', campaigns: present };

  const then = new Map<number, TimelineCampaign>();
  for (const campaign of present)
    if (!touchedCampaigns.has(campaign.id)) then.set(campaign.id, { ...campaign, events: [] });
  for (const row of touchedRows(campaigns(), sight))
    if (row.endDate >= at) then.set(row.id, { ...timelineRow(row), events: [] });

  // Events of a campaign that had ended, or was not there, are neither live nor shown.
  for (const { id, events } of present)
    then.get(id)?.events.push(...events.filter((event) => !touchedEvents.has(event.id)));
  for (const row of touchedRows(events(), sight))
    if (row.endDate >= at) then.get(row.campaignEventId)?.events.push(timelineRow(row));

  for (const campaign of then.values()) campaign.events.sort(byStart);
  return { kind: 'timeline', campaigns: [...then.values()].toSorted(byStart) };
}

function byStart(one: TimelineRow, other: TimelineRow): number {
  return one.startMs - other.startMs || one.id - other.id;
}

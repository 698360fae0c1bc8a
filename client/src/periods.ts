import type { Event, Timeline, TimelineCampaign } from './schema.js';

/** Campaigns and events at an instant, both by start and id. A campaign holds all its events; `events` are those meant. */
export interface Shown {
  campaigns: TimelineCampaign[];
  events: Event[];
}

type Row = Event | TimelineCampaign;

/** Rows that are visible, published and within their period; an event only while its campaign is, too. */
export function liveAt(timeline: Timeline, atMs: number): Shown {
  return select(timeline, (row, campaign) => [row, campaign].every((each) => isOn(each, atMs)));
}

/** Rows that start later, the cancelled ones too: say so where you show them. */
export function upcomingAt(timeline: Timeline, atMs: number): Shown {
  return select(timeline, (row, campaign) => seenFromMs(row, campaign) <= atMs && Date.parse(row.startDate) > atMs);
}

/** The first instant after `atMs` at which something appears, starts or has ended; Infinity when there is none. */
export function boundaryAfter({ campaigns }: Timeline, atMs: number): number {
  let next = Infinity;
  for (const campaign of campaigns) {
    for (const row of [campaign, ...campaign.events]) {
      const seenMs = seenFromMs(row, campaign);
      // Both ends belong to the period: it is over one millisecond after its end.
      for (const instantMs of [seenMs, Date.parse(row.startDate), Date.parse(row.endDate) + 1])
        if (instantMs > atMs && instantMs >= seenMs && instantMs < next) next = instantMs;
    }
  }
  return next;
}

function select({ campaigns }: Timeline, isMeant: (row: Row, campaign: TimelineCampaign) => boolean): Shown {
  return {
    campaigns: campaigns.filter((campaign) => isMeant(campaign, campaign)),
    events: campaigns
      .flatMap((campaign) => campaign.events.filter((event) => isMeant(event, campaign)))
      // oxlint-disable-next-line unicorn/no-array-sort -- a new array; React Native may lack toSorted
      .sort((one, other) => Date.parse(one.startDate) - Date.parse(other.startDate) || one.id - other.id),
  };
}

function isOn({ status, visibleFrom, startDate, endDate }: Row, atMs: number): boolean {
  const isSeen = status === 'published' && Date.parse(visibleFrom ?? startDate) <= atMs;
  return isSeen && Date.parse(startDate) <= atMs && atMs <= Date.parse(endDate);
}

function seenFromMs(...rows: Row[]): number {
  return Math.max(...rows.map(({ visibleFrom }) => (visibleFrom === null ? 0 : Date.parse(visibleFrom))));
}

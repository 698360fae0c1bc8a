import type { Tenant } from '../catalogue/tenant.entity.js';
import type { Drawing } from './answer.js';
import { liveSpan, seenSpan, shownSpan, type TimelineCampaign, type TimelineRow } from './timeline.js';

/** A row of a list with the first instant at which the public may see it, as in TimelineRow. */
export type ListedRow = Pick<TimelineRow, 'json' | 'visibleMs'>;

/** The answers that are computed from a tenant's timeline, by path. */
export const VIEWS: Record<string, (campaigns: readonly TimelineCampaign[], tenant: Tenant) => Drawing> = {
  '/campaign-events/live': (campaigns) => listOf(campaigns.map((row) => ({ row, span: liveSpan(row) }))),
  '/events/live': (campaigns) =>
    listOf(campaigns.flatMap((campaign) => campaign.events.map((row) => ({ row, span: liveSpan(row, campaign) })))),
  '/timeline': timelineOf,
};

/** One row. */
export function rowAlone({ json, visibleMs }: ListedRow): Drawing {
  return { spans: [seenSpan({ visibleMs })], draw: (there) => (there.length > 0 ? json : undefined) };
}

/** The rows that belong to another, which is hidden with them. */
export function rowsOf(owner: Pick<TimelineRow, 'visibleMs'>, rows: readonly ListedRow[]): Drawing {
  return {
    spans: [seenSpan(owner), ...rows.map((row) => seenSpan(row, owner))],
    draw: ([first, ...there]) =>
      first === 0 ? `[${there.map((index) => rows[index - 1]?.json).join(',')}]` : undefined,
  };
}

/** The shopping centre itself. */
export function centreOf(tenant: Tenant): Drawing {
  return { spans: [], mark: () => tenant.revision, draw: () => JSON.stringify(centre(tenant)) };
}

function centre({ id, name, timeZone, languages }: Tenant): object {
  return { id, name, timeZone, languages };
}

function listOf(all: { row: TimelineRow; span: Drawing['spans'][number] }[]): Drawing {
  const inOrder = all.toSorted(({ row: one }, { row: other }) => one.startMs - other.startMs || one.id - other.id);
  return {
    spans: inOrder.map(({ span }) => span),
    draw: (there) => `[${there.map((index) => inOrder[index]?.row.json).join(',')}]`,
  };
}

/** Campaigns with their events: periods instead of states, so that it changes only when something appears or has ended. */
function timelineOf(campaigns: readonly TimelineCampaign[], tenant: Tenant): Drawing {
  const rows = campaigns.flatMap((campaign) => [
    { row: campaign, campaign },
    ...campaign.events.map((row) => ({ row, campaign })),
  ]);
  return {
    spans: rows.map(({ row, campaign }) => shownSpan(row, campaign)),
    mark: () => tenant.revision,
    draw: (there) => {
      const shown = there.flatMap((index) => rows[index] ?? []);
      const byCampaign = Map.groupBy(shown, ({ campaign }) => campaign);
      const parts = [...byCampaign].map(([campaign, own]) =>
        withEvents(
          campaign,
          own.slice(1).map(({ row }) => row),
        ),
      );
      const { timeZone, languages } = tenant;
      return `${JSON.stringify({ timeZone, languages }).slice(0, -1)},"campaigns":[${parts.join(',')}]}`;
    },
  };
}

/** An event is shown only while its campaign is, which goes before it. */
function withEvents({ json }: TimelineRow, events: TimelineRow[]): string {
  return `${json.slice(0, -1)},"events":[${events.map((event) => event.json).join(',')}]}`;
}

import { equal } from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { boundaryAfter, liveAt, upcomingAt } from '../../client/src/periods.js';
import type { Timeline } from '../../client/src/schema.js';
import { VIEWS } from '../../src/cache/drawings.js';
import {
  changesOf,
  firstAfter,
  seenFromMs,
  type TimelineCampaign,
  type TimelineRow,
} from '../../src/cache/timeline.js';
import type { Tenant } from '../../src/catalogue/tenant.entity.js';
import { STATUSES } from '../../src/schedule/content.js';
import { type Edge, parseInstant } from '../../src/schedule/local-time.js';
import { visibleMs } from '../../src/schedule/visibility.js';

/** Plans, each asked at several instants. PLAN_RUNS=100000 tries more. */
const RUNS = Number(process.env['PLAN_RUNS'] ?? 10_000);

/** Places and days where clocks change by an hour, by half an hour and by a whole day. */
const CLOCKS = [
  { timeZone: 'Europe/Berlin', days: ['2026-03-28', '2026-03-29', '2026-03-30', '2026-10-25', '2026-10-26'] },
  { timeZone: 'America/New_York', days: ['2026-03-08', '2026-11-01', '2026-11-02'] },
  { timeZone: 'Australia/Lord_Howe', days: ['2026-04-05', '2026-10-04'] },
  { timeZone: 'Pacific/Apia', days: ['2011-12-29', '2011-12-31'] },
];

const time = fc
  .tuple(fc.nat(23), fc.constantFrom('00', '15', '30', '59'), fc.constantFrom('', ':00', ':59'))
  .map(([hour, minute, second]) => `${String(hour).padStart(2, '0')}:${minute}${second}`);

interface Draft {
  status: (typeof STATUSES)[number];
  visibleFrom: string | null;
  one: string;
  other: string;
}

function drafts(days: readonly string[]): fc.Arbitrary<Draft> {
  const date = fc.tuple(fc.constantFrom(...days), time).map(([day, at]) => `${day}T${at}`);
  return fc.record({
    status: fc.constantFrom(...STATUSES, 'published', 'published'),
    visibleFrom: fc.option(date, { freq: 2 }),
    one: date,
    other: date,
  });
}

/** A centre's plan as the server keeps it, and instants at and around those at which something changes. */
const plans = fc.constantFrom(...CLOCKS).chain(({ timeZone, days }) =>
  fc
    .array(fc.tuple(drafts(days), fc.array(drafts(days), { maxLength: 3 })), { maxLength: 4 })
    .map((all) => {
      let id = 0;
      return all
        .map(([campaign, events]): TimelineCampaign => ({
          ...rowOf(campaign, timeZone, id++),
          events: inOrder(events.map((event) => rowOf(event, timeZone, id++))),
        }))
        .toSorted((one, other) => one.startMs - other.startMs || one.id - other.id);
    })
    .chain((plan) => {
      const edges = plan
        .flatMap((campaign) => [campaign, ...campaign.events])
        .flatMap((row) => [row.startMs, row.endMs, row.visibleMs ?? 0])
        .filter((ms) => ms > 0);
      const instant = fc
        .tuple(fc.constantFrom(...(edges.length > 0 ? edges : [0])), fc.constantFrom(-1, 0, 1, 3_600_000))
        .map(([edge, apart]) => edge + apart);
      return fc.record({
        plan: fc.constant(plan),
        givenMs: instant,
        instants: fc.array(instant, { minLength: 1, maxLength: 8 }),
      });
    }),
);

function rowOf({ status, visibleFrom, one, other }: Draft, timeZone: string, id: number): TimelineRow {
  const [first = one, last = one] = [one, other].toSorted();
  const [startDate, endDate] = [instantOf(first, timeZone, 'start'), instantOf(last, timeZone, 'end')];
  const seen = visibleFrom === null ? null : instantOf(visibleFrom, timeZone, 'start');
  return {
    id,
    json: JSON.stringify({ id, status, visibleFrom: seen, startDate, endDate }),
    visibleMs: visibleMs({ status, visibleFrom: seen }),
    startMs: startDate.getTime(),
    endMs: endDate.getTime(),
    isPublished: status === 'published',
  };
}

function instantOf(local: string, timeZone: string, edge: Edge): Date {
  const instant = parseInstant(local, timeZone, edge);
  if (!instant) throw new Error(`${local} is no date`);
  return instant;
}

function inOrder(rows: TimelineRow[]): TimelineRow[] {
  return rows.toSorted((one, other) => one.startMs - other.startMs || one.id - other.id);
}

/** What the server answers at an instant. */
function answer(path: string, plan: readonly TimelineCampaign[], atMs: number): unknown {
  const tenant = { timeZone: 'Europe/Berlin', languages: ['de'] } as Tenant;
  const drawing = VIEWS[path]?.(plan, tenant);
  const there = [...(drawing?.spans.entries() ?? [])].flatMap(([index, span]) =>
    span && span.fromMs <= atMs && atMs < span.untilMs ? [index] : [],
  );
  return JSON.parse(drawing?.draw(there) ?? 'null');
}

describe('what the client computes from a timeline', () => {
  it('is what the server answers, whatever the plan, at every instant up to the next at which something appears', () => {
    let compared = 0;
    fc.assert(
      fc.property(plans, ({ plan, givenMs, instants }) => {
        const timeline = answer('/timeline', plan, givenMs) as Timeline;
        const appearsMs = firstAfter(changesOf(plan, 'events', false), givenMs);
        const shownIds = new Set(timeline.campaigns.flatMap((each) => [each.id, ...each.events.map(({ id }) => id)]));
        const shown = plan
          .filter(({ id }) => shownIds.has(id))
          .map((each) => ({ ...each, events: each.events.filter(({ id }) => shownIds.has(id)) }));
        const changes = changesOf(shown, 'events', true);
        for (const atMs of [givenMs, ...instants]) {
          if (atMs < givenMs || atMs >= appearsMs) continue;
          compared++;
          const live = liveAt(timeline, atMs);
          const { campaigns, events } = upcomingAt(timeline, atMs);
          const computed = {
            liveCampaigns: live.campaigns.map((each) => ({ ...each, events: undefined })),
            liveEvents: live.events,
            upcoming: [ids(campaigns), ids(events)],
            boundary: String(boundaryAfter(timeline, atMs)),
          };
          const later = shown.flatMap((each) => each.events.filter((event) => isUpcoming(event, each, atMs)));
          const answered = {
            liveCampaigns: answer('/campaign-events/live', plan, atMs),
            liveEvents: answer('/events/live', plan, atMs),
            upcoming: [ids(shown.filter((each) => isUpcoming(each, each, atMs))), ids(inOrder(later))],
            boundary: String(firstAfter(changes, atMs)),
          };
          // Texts compare a hundred times as fast as toEqual compares objects.
          equal(JSON.stringify(computed), JSON.stringify(answered));
        }
      }),
      { numRuns: RUNS },
    );
    expect(compared).toBeGreaterThan(RUNS);
    process.stdout.write(`client and server: ${RUNS} plans, ${compared} instants\n`);
  }, 600_000);

  it('is right before the timeline was given too, as when the clock of a phone is behind', () => {
    fc.assert(
      fc.property(plans, ({ plan, givenMs, instants }) => {
        const timeline = answer('/timeline', plan, givenMs) as Timeline;
        for (const atMs of instants.filter((ms) => ms < givenMs)) {
          const then = answer('/campaign-events/live', plan, atMs) as { id: number }[];
          // What has ended since is not in the timeline.
          const there = then.filter(({ id }) => timeline.campaigns.some((campaign) => campaign.id === id));
          expect(ids(liveAt(timeline, atMs).campaigns)).toEqual(ids(there));
        }
      }),
      { numRuns: RUNS / 10 },
    );
  });
});

function isUpcoming(row: TimelineRow, campaign: TimelineCampaign, atMs: number): boolean {
  const seenMs = seenFromMs(row, campaign);
  return seenMs !== null && seenMs <= atMs && row.startMs > atMs;
}

function ids(rows: readonly { id: number }[]): number[] {
  return rows.map(({ id }) => id);
}

/** A row with its instants, in epoch milliseconds; `json` is its form on the wire. */
export interface TimelineRow {
  id: number;
  json: string;
  /** The first instant at which the public may see it, 0 for always; null: never, it is a draft. */
  visibleMs: number | null;
  /** The first and last instant of its period, both included. */
  startMs: number;
  endMs: number;
  /** Neither a draft nor cancelled: it is live in its period. */
  isPublished: boolean;
}

export interface TimelineCampaign extends TimelineRow {
  events: TimelineRow[];
}

/** A time in which something is there: from its first instant up to, and without, its last. */
export interface Span {
  fromMs: number;
  untilMs: number;
}

export function isTimelineCampaign(value: unknown): value is TimelineCampaign {
  const { events } = (value ?? {}) as Partial<TimelineCampaign>;
  return isTimelineRow(value) && Array.isArray(events) && events.every(isTimelineRow);
}

function isTimelineRow(value: unknown): value is TimelineRow {
  const { id, json, visibleMs, startMs, endMs, isPublished } = (value ?? {}) as Partial<TimelineRow>;
  const isWhole = Number.isInteger(id) && typeof json === 'string' && typeof isPublished === 'boolean';
  return isWhole && isVisibleMs(visibleMs) && Number.isFinite(startMs) && Number.isFinite(endMs);
}

export function isVisibleMs(value: unknown): value is number | null {
  return value === null || Number.isFinite(value);
}

/**
 * The first instant at which the public sees a row: an event is seen only while its campaign is. Null: never. A row that
 * is seen stays so until somebody writes.
 */
export function seenFromMs(row: Pick<TimelineRow, 'visibleMs'>, campaign = row): number | null {
  if (row.visibleMs === null || campaign.visibleMs === null) return null;
  return Math.max(row.visibleMs, campaign.visibleMs);
}

/** The time in which it is live: seen, published and within its period, and its campaign too. */
export function liveSpan(row: TimelineRow, campaign: TimelineRow = row): Span | undefined {
  const seenMs = seenFromMs(row, campaign);
  if (seenMs === null || !row.isPublished || !campaign.isPublished) return undefined;
  return span(Math.max(seenMs, row.startMs, campaign.startMs), Math.min(row.endMs, campaign.endMs));
}

/** The time in which it is on the timeline: seen, and neither it nor its campaign has ended. */
export function shownSpan(row: TimelineRow, campaign: TimelineRow = row): Span | undefined {
  const seenMs = seenFromMs(row, campaign);
  return seenMs === null ? undefined : span(seenMs, Math.min(row.endMs, campaign.endMs));
}

/** The times from when rows are seen, whether they have ended or not. */
export function seenSpan(row: Pick<TimelineRow, 'visibleMs'>, campaign = row): Span | undefined {
  const seenMs = seenFromMs(row, campaign);
  return seenMs === null ? undefined : { fromMs: seenMs, untilMs: Infinity };
}

/**
 * The instants at which a list of rows changes for the public by itself, in order. While a row is hidden, only the instant
 * at which it is seen counts: the others would tell of it.
 * @param byState whether the list depends on what is live, upcoming or ended
 */
export function changesOf(
  campaigns: readonly TimelineCampaign[],
  of: 'campaigns' | 'events',
  byState: boolean,
): number[] {
  const instants = campaigns.flatMap((campaign) => [
    ...changes(campaign, campaign, byState),
    ...(of === 'events' ? campaign.events.flatMap((event) => changes(event, campaign, byState)) : []),
  ]);
  return [...new Set(instants)].toSorted((a, b) => a - b);
}

function changes(row: TimelineRow, campaign: TimelineRow, byState: boolean): number[] {
  const seenMs = seenFromMs(row, campaign);
  if (seenMs === null) return [];
  return byState ? [seenMs, row.startMs, row.endMs + 1].filter((instantMs) => instantMs >= seenMs) : [seenMs];
}

/** The first of `instants`, which are in order, after `nowMs`; Infinity when there is none. */
export function firstAfter(instants: readonly number[], nowMs: number): number {
  return instants[countUpTo(instants, nowMs)] ?? Infinity;
}

/** How many of `values`, which are in order, are at most `limit`: the place of the first that is more. */
export function countUpTo(values: readonly number[], limit: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

function span(firstMs: number, lastMs: number): Span | undefined {
  return firstMs <= lastMs ? { fromMs: firstMs, untilMs: lastMs + 1 } : undefined;
}

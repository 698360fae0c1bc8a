/** A row with its first and last instant, both included, in epoch milliseconds; `json` is its form on the wire. */
export interface TimelineEntry {
  json: string;
  startMs: number;
  endMs: number;
}

export function isTimelineEntry(value: unknown): value is TimelineEntry {
  const { json, startMs, endMs } = (value ?? {}) as Partial<TimelineEntry>;
  return typeof json === 'string' && Number.isFinite(startMs) && Number.isFinite(endMs);
}

/** The live entries of a timeline at an instant. */
export interface Moment {
  entries: TimelineEntry[];
  /** The next instant at which an entry starts or is over, in epoch milliseconds; Infinity when none does. */
  boundaryMs: number;
}

/** Computes the live entries of a timeline at an instant, so that `live` needs neither a job nor a query. */
export function momentOf(timeline: readonly TimelineEntry[], nowMs: number): Moment {
  const entries: TimelineEntry[] = [];
  let boundaryMs = Infinity;
  for (const entry of timeline) {
    if (entry.startMs > entry.endMs || entry.endMs < nowMs) continue;
    if (entry.startMs <= nowMs) entries.push(entry);
    boundaryMs = Math.min(boundaryMs, entry.startMs > nowMs ? entry.startMs : entry.endMs + 1);
  }
  return { entries, boundaryMs };
}

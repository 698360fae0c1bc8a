/** Something with a first and a last instant, both included, in epoch milliseconds. */
export interface TimelineEntry<T> {
  value: T;
  startMs: number;
  endMs: number;
}

/** What a timeline shows at an instant, and until when it shows just that. */
export interface Moment<T> {
  values: T[];
  /** The next instant at which something starts or is over; undefined when nothing ever changes again. */
  boundaryMs: number | undefined;
}

/** What has not ended, in order; pure arithmetic on instants, so that `live` needs neither a job nor a query. */
export class Timeline<T> {
  constructor(private readonly entries: readonly TimelineEntry<T>[]) {}

  at(nowMs: number): Moment<T> {
    const values: T[] = [];
    let boundaryMs = Infinity;
    for (const { value, startMs, endMs } of this.entries) {
      if (startMs > endMs || endMs < nowMs) continue;
      if (startMs > nowMs) {
        boundaryMs = Math.min(boundaryMs, startMs);
      } else {
        values.push(value);
        boundaryMs = Math.min(boundaryMs, endMs + 1);
      }
    }
    return { values, boundaryMs: boundaryMs === Infinity ? undefined : boundaryMs };
  }
}

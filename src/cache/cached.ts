import { isTag, listTag } from '../revision/entity-tag.js';
import type { Version } from '../revision/revision.entity.js';
import { isTimelineEntry, momentOf, type TimelineEntry } from './timeline.js';

/** The kept part of an answer: its whole JSON, or a timeline to compute it from at any instant. Can be stored as JSON. */
export type Content = { kind: 'fixed'; json: string; etag: string } | { kind: 'timeline'; entries: TimelineEntry[] };

/** Whether `value` has every field of a Content, and its tag may be sent as a header. */
export function isContent(value: unknown): value is Content {
  const { kind, json, etag, entries } = (value ?? {}) as { [field: string]: unknown };
  if (kind === 'fixed') return typeof json === 'string' && typeof etag === 'string' && isTag(etag);
  return kind === 'timeline' && Array.isArray(entries) && entries.every(isTimelineEntry);
}

/** An answer ready to be sent, right for an interval of time. */
export interface Ready {
  bytes: Buffer;
  etag: string;
  /** The first instant at which it is right, in epoch milliseconds. */
  fromMs: number;
  /** The first instant after that at which it is not. */
  boundaryMs: number;
}

/** One answer of one tenant at one version. */
export class Cached {
  private ready: Ready | undefined;

  constructor(
    readonly version: Version,
    readonly content: Content,
    /** The time at which its rows were read from the database, in epoch milliseconds. */
    readonly loadedMs: number,
  ) {}

  /** Its approximate size in memory, in bytes. */
  get size(): number {
    const { content } = this;
    return (
      500 +
      3 *
        (content.kind === 'fixed'
          ? content.json.length
          : content.entries.reduce((sum, { json }) => sum + json.length + 50, 0))
    );
  }

  /** The answer at `nowMs`: serialised once for each interval between boundaries. */
  at(nowMs: number): Ready {
    if (!this.ready || nowMs >= this.ready.boundaryMs || nowMs < this.ready.fromMs) this.ready = this.prepare(nowMs);
    return this.ready;
  }

  private prepare(nowMs: number): Ready {
    if (this.content.kind === 'fixed') {
      const { json, etag } = this.content;
      return { bytes: Buffer.from(json), etag, fromMs: -Infinity, boundaryMs: Infinity };
    }
    const { entries, boundaryMs } = momentOf(this.content.entries, nowMs);
    return {
      bytes: Buffer.from(`[${entries.map(({ json }) => json).join(',')}]`),
      etag: listTag(this.version, boundaryMs),
      fromMs: nowMs,
      boundaryMs,
    };
  }
}

import { isTag, listTag } from '../revision/entity-tag.js';
import type { Version } from '../revision/revision.entity.js';
import { isTimelineEntry, momentOf, type TimelineEntry } from './timeline.js';

/** What is kept of an answer: all of it, or what it takes to compute it for any instant. Survives JSON. */
export type Content = { kind: 'fixed'; json: string; etag: string } | { kind: 'timeline'; entries: TimelineEntry[] };

/** Whether it may be sent: no header can be made of a tag of another form. */
export function isContent(value: unknown): value is Content {
  const { kind, json, etag, entries } = (value ?? {}) as { [field: string]: unknown };
  if (kind === 'fixed') return typeof json === 'string' && typeof etag === 'string' && isTag(etag);
  return kind === 'timeline' && Array.isArray(entries) && entries.every(isTimelineEntry);
}

/** An answer for an interval, ready to be sent. */
export interface Ready {
  bytes: Buffer;
  etag: string;
  /** Half-open, in epoch milliseconds: from the first instant it is right for to the first it is not. */
  fromMs: number;
  boundaryMs: number;
}

/** One answer of one tenant, as it is at one version. */
export class Cached {
  private ready: Ready | undefined;

  constructor(
    readonly version: Version,
    readonly content: Content,
    /** When the database said so, in epoch milliseconds. */
    readonly loadedMs: number,
  ) {}

  /** What it weighs, roughly, in bytes. */
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

  /** Serialised once for each interval between boundaries; afterwards only handed out. */
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

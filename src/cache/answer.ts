import { entityTag } from '../revision/entity-tag.js';
import { Presence } from './presence.js';
import { Ready } from './ready.js';
import type { Span } from './timeline.js';

/** Bodies up to this size are made anew at every boundary. */
const EXACT_BYTES = 128 * 1024;

/** A larger body is made anew after a rest of this many times the time it took: one answer takes a tenth of a core at most. */
const REST = 9;

/** How the body of an answer is made from the items that are there at an instant. */
export interface Drawing {
  /** By index, the time in which an item is there; undefined: never. */
  spans: readonly (Span | undefined)[];
  /** The body; undefined when the public sees nothing there. */
  draw(there: readonly number[]): string | undefined;
  /** Names the state of what the body depends on besides, compared by identity. */
  mark?(): unknown;
}

/** The public's answer to one path, computed for any instant. */
export class Answer {
  private readonly presence: Presence;
  private made: { ready: Ready | undefined; fromMs: number; boundaryMs: number; mark: unknown } | undefined;
  /** As performance.now() tells the time. */
  private restUntilMs = 0;

  constructor(
    private readonly drawing: Drawing,
    private readonly salt: string,
    /** Told when it weighs more than before. */
    private readonly onGrowth: () => void = () => {},
  ) {
    this.presence = new Presence(drawing.spans);
  }

  /** The bytes of its codings. */
  get codedBytes(): number {
    return this.made?.ready?.codedBytes ?? 0;
  }

  /** The answer at `nowMs`, made once for each interval between boundaries; undefined when there is nothing to see. */
  at(nowMs: number): Ready | undefined {
    const { made } = this;
    if (made && nowMs >= made.fromMs && made.mark === this.drawing.mark?.()) {
      if (nowMs < made.boundaryMs || performance.now() < this.restUntilMs) return made.ready;
    }
    return this.make(nowMs);
  }

  private make(nowMs: number): Ready | undefined {
    const beganMs = performance.now();
    const mark = this.drawing.mark?.();
    const body = this.drawing.draw(this.presence.at(nowMs));
    const { boundaryMs } = this.presence;
    const ready = body === undefined ? undefined : this.seal(Buffer.from(body), boundaryMs);
    this.made = { ready, fromMs: nowMs, boundaryMs, mark };
    const isLarge = ready !== undefined && ready.bytes.length > EXACT_BYTES;
    this.restUntilMs = isLarge ? performance.now() + REST * (performance.now() - beganMs) : 0;
    return ready;
  }

  private seal(bytes: Buffer, boundaryMs: number): Ready {
    return new Ready(bytes, entityTag(bytes, this.salt), boundaryMs, this.onGrowth);
  }
}

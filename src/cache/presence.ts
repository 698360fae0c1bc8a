import { countUpTo, type Span } from './timeline.js';

interface Turn {
  atMs: number;
  index: number;
  comes: boolean;
}

/** The items of a list that are there at an instant. As time goes on, a step costs what it changes, not the whole list. */
export class Presence {
  private readonly turns: Turn[];
  private passed = 0;
  private nowMs = -Infinity;
  /** Indices of the items that are there, in order. */
  private readonly there: number[] = [];

  /** @param spans by index the time in which an item is there; undefined: never */
  constructor(spans: readonly (Span | undefined)[]) {
    this.turns = spans
      .flatMap((span, index) => [
        ...(span ? [{ atMs: span.fromMs, index, comes: true }] : []),
        ...(span && span.untilMs < Infinity ? [{ atMs: span.untilMs, index, comes: false }] : []),
      ])
      .toSorted((one, other) => one.atMs - other.atMs);
  }

  /** The items at `nowMs`; the array is used again. */
  at(nowMs: number): readonly number[] {
    if (nowMs < this.nowMs) this.startOver();
    this.nowMs = nowMs;
    for (let turn = this.turns[this.passed]; turn && turn.atMs <= nowMs; turn = this.turns[++this.passed]) {
      const place = countUpTo(this.there, turn.index - 1);
      if (turn.comes) this.there.splice(place, 0, turn.index);
      else this.there.splice(place, 1);
    }
    return this.there;
  }

  /** The first instant after the last one asked for at which an item comes or goes; Infinity when none does. */
  get boundaryMs(): number {
    return this.turns[this.passed]?.atMs ?? Infinity;
  }

  /** The clock was set back. */
  private startOver(): void {
    this.passed = 0;
    this.there.length = 0;
  }
}

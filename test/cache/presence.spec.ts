import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Answer } from '../../src/cache/answer.js';
import { Presence } from '../../src/cache/presence.js';
import { changesOf, firstAfter, liveSpan, shownSpan, type Span, type TimelineRow } from '../../src/cache/timeline.js';

const instant = fc.integer({ min: 0, max: 40 });
const span = fc.option(
  fc
    .tuple(instant, fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(Infinity)))
    .map(([fromMs, length]): Span => ({ fromMs, untilMs: fromMs + length })),
  { nil: undefined },
);

describe('what is there at an instant', () => {
  it('is what its spans say, in order, with the next change, wherever the clock goes', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 30 }), fc.array(instant), (spans, instants) => {
        const presence = new Presence(spans);
        for (const nowMs of instants) {
          const there = spans.flatMap((it, index) => (it && it.fromMs <= nowMs && nowMs < it.untilMs ? [index] : []));
          expect([...presence.at(nowMs)]).toEqual(there);
          const changes = spans.flatMap((it) => (it ? [it.fromMs, it.untilMs] : [])).filter((ms) => ms > nowMs);
          expect(presence.boundaryMs).toBe(Math.min(Infinity, ...changes));
        }
      }),
    );
  });
});

const row = fc
  .record({
    id: fc.nat(),
    visibleMs: fc.option(instant),
    startMs: instant,
    length: fc.nat(10),
    isPublished: fc.boolean(),
  })
  .map(({ length, ...fields }): TimelineRow => ({ ...fields, json: '', endMs: fields.startMs + length }));

function isSeen({ visibleMs }: TimelineRow, nowMs: number): boolean {
  return visibleMs !== null && visibleMs <= nowMs;
}

function isOn({ startMs, endMs }: TimelineRow, nowMs: number): boolean {
  return startMs <= nowMs && nowMs <= endMs;
}

function within(it: Span | undefined, nowMs: number): boolean {
  return it !== undefined && it.fromMs <= nowMs && nowMs < it.untilMs;
}

describe('the spans of a row', () => {
  it('are what the rules of visibility say of each instant', () => {
    fc.assert(
      fc.property(row, row, instant, (campaign, event, nowMs) => {
        const both = [event, campaign];
        const isLive = both.every((it) => isSeen(it, nowMs) && isOn(it, nowMs) && it.isPublished);
        expect(within(liveSpan(event, campaign), nowMs)).toBe(isLive);
        const isShown = both.every((it) => isSeen(it, nowMs) && nowMs <= it.endMs);
        expect(within(shownSpan(event, campaign), nowMs)).toBe(isShown);
      }),
    );
  });

  it('change a list at no instant of a row that is hidden then', () => {
    fc.assert(
      fc.property(row, fc.array(row), instant, (campaign, events, nowMs) => {
        const changes = changesOf([{ ...campaign, events }], 'events', true);
        const next = firstAfter(changes, nowMs);
        expect(next).toBe(Math.min(Infinity, ...changes.filter((ms) => ms > nowMs)));
        if (next === Infinity) return;
        // It is an instant of a row that is seen then, or becomes so.
        const isOwned = [campaign, ...events].some(
          (it) =>
            isSeen(it, next) &&
            isSeen(campaign, next) &&
            [it.visibleMs, campaign.visibleMs, it.startMs, it.endMs + 1].includes(next),
        );
        expect(isOwned).toBe(true);
      }),
    );
  });
});

function everyMs(count: number, size: number) {
  return {
    spans: Array.from({ length: count }, (_, index) => ({ fromMs: index, untilMs: Infinity })),
    draw: (there: readonly number[]) => `${there.length} `.padEnd(size, 'x'),
  };
}

describe('an answer', () => {
  it('of a usual size is exact at each boundary, and made once between two', () => {
    const answer = new Answer(everyMs(50, 1_000), 'salt');
    for (let nowMs = 0; nowMs < 50; nowMs++) {
      const ready = answer.at(nowMs);
      expect([Number.parseInt(ready?.bytes.toString() ?? '', 10), answer.at(nowMs + 0.5)]).toEqual([nowMs + 1, ready]);
    }
    expect(Number.parseInt(answer.at(3)?.bytes.toString() ?? '', 10)).toBe(4); // the clock was set back
  });

  it('of a huge size rests after it was made, promises nothing meanwhile, and is right again', async () => {
    const answer = new Answer(everyMs(3, 8 * 1024 * 1024), 'salt');
    const [first, second] = [answer.at(0), answer.at(1)];
    expect([second === first, (second?.boundaryMs ?? 0) <= 1]).toEqual([true, true]);
    for (let waits = 0; answer.at(2) === first && waits < 500; waits++) await delay(20);
    expect(Number.parseInt(answer.at(2)?.bytes.toString() ?? '', 10)).toBe(3);
  });
});

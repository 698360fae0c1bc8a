import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from 'react';
import type { Standing } from '../api/rows.ts';
import type { Shift } from './move.tsx';
import { placeOf, type Scale } from './scale.ts';

/** A period as drawn, in milliseconds of the centre's clock. */
export interface Drawn {
  fromMs: number;
  toMs: number;
}

interface Drag {
  edge: 'start' | 'end' | 'both';
  fromX: number;
  msPerPx: number;
  shift: Shift;
  hasMoved: boolean;
}

/** Marks that tell standings apart without colour. */
export const MARKS: Record<Standing, string> = {
  draft: '✎',
  hidden: '◌',
  upcoming: '▷',
  live: '●',
  over: '✓',
  cancelled: '✕',
};

const CLICK_PX = 4;
const KEYS_PAUSE_MS = 700;

/** A row on the scale: opens as a link, is dragged by pointer, and moves with Alt and the arrow keys. */
export function Bar({
  scale,
  drawn,
  name,
  label,
  standing,
  address,
  kind,
  lane,
  hintId,
  isFixed,
  isStretchedOnly = false,
  onShift,
}: {
  scale: Scale;
  drawn: Drawn;
  name: string;
  label: string;
  standing: Standing;
  address: string;
  kind: 'campaign' | 'event';
  lane: number;
  hintId: string;
  isFixed: boolean;
  /** Its edges move, and it does not as a whole. */
  isStretchedOnly?: boolean;
  onShift: (shift: Shift) => void;
}) {
  const element = useRef<HTMLAnchorElement>(null);
  const drag = useRef<Drag>(undefined);
  const byKeys = useRef<{ shift: Shift; timer: number }>(undefined);
  const start = Math.max(placeOf(scale, drawn.fromMs), 0);
  const end = Math.min(placeOf(scale, drawn.toMs), 100);

  const draw = (shift: Shift) => {
    const bar = element.current;
    if (!bar) return;
    const [from, to] = [placeOf(scale, drawn.fromMs + shift.startMs), placeOf(scale, drawn.toMs + shift.endMs)];
    bar.style.setProperty('--from', `${from}%`);
    bar.style.setProperty('--size', `${Math.max(to - from, 0)}%`);
    const width = bar.parentElement?.clientWidth ?? 0;
    const along = kind === 'campaign' && shift.startMs === shift.endMs ? shift.startMs : 0;
    bar.parentElement?.style.setProperty('--along', `${(along / (scale.endMs - scale.startMs)) * width}px`);
  };
  const settle = () => {
    element.current?.style.setProperty('--from', `${start}%`);
    element.current?.style.setProperty('--size', `${end - start}%`);
    element.current?.parentElement?.style.removeProperty('--along');
  };
  // The answer to a shift is new dates, or the old ones once more.
  useEffect(settle, [start, end]);

  const begin = (event: PointerEvent<HTMLAnchorElement>) => {
    if (event.button !== 0 || isFixed) return;
    const width = event.currentTarget.parentElement?.clientWidth ?? 1;
    const isRightToLeft = getComputedStyle(event.currentTarget).direction === 'rtl';
    const edge = event.target instanceof HTMLElement ? event.target.dataset['edge'] : undefined;
    if (edge === undefined && isStretchedOnly) return;
    drag.current = {
      edge: edge === 'start' || edge === 'end' ? edge : 'both',
      fromX: event.clientX,
      msPerPx: ((scale.endMs - scale.startMs) / width) * (isRightToLeft ? -1 : 1),
      shift: { startMs: 0, endMs: 0 },
      hasMoved: false,
    };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const follow = (event: PointerEvent<HTMLAnchorElement>) => {
    const now = drag.current;
    if (!now) return;
    const movedPx = event.clientX - now.fromX;
    if (!now.hasMoved && Math.abs(movedPx) < CLICK_PX) return;
    now.hasMoved = true;
    const next = shiftOf(now.edge, stepped(movedPx * now.msPerPx, scale.stepMs), drawn);
    if (next.startMs === now.shift.startMs && next.endMs === now.shift.endMs) return;
    now.shift = next;
    draw(next);
  };
  const finish = () => {
    const done = drag.current;
    if (!done?.hasMoved) return;
    if (done.shift.startMs === 0 && done.shift.endMs === 0) settle();
    else onShift(done.shift);
  };
  const cancel = () => {
    drag.current = undefined;
    settle();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && drag.current) return cancel();
    if (isStretchedOnly && !event.shiftKey) return;
    if (!event.altKey || isFixed || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return;
    event.preventDefault();
    const isRightToLeft = getComputedStyle(event.currentTarget).direction === 'rtl';
    const step = (event.key === 'ArrowRight') === isRightToLeft ? -scale.stepMs : scale.stepMs;
    const before = byKeys.current?.shift ?? { startMs: 0, endMs: 0 };
    clearTimeout(byKeys.current?.timer);
    const edge = event.shiftKey ? 'end' : 'both';
    const shift = {
      startMs: before.startMs + shiftOf(edge, step, drawn).startMs,
      endMs: before.endMs + shiftOf(edge, step, drawn).endMs,
    };
    draw(shift);
    // Several presses are one change.
    const timer = window.setTimeout(() => {
      byKeys.current = undefined;
      if (shift.startMs === 0 && shift.endMs === 0) settle();
      else onShift(shift);
    }, KEYS_PAUSE_MS);
    byKeys.current = { shift, timer };
  };

  return (
    <a
      ref={element}
      href={address}
      className={`bar ${kind} ${standing}`}
      draggable={false}
      aria-label={label}
      aria-describedby={isFixed ? undefined : hintId}
      title={label}
      style={{ '--from': `${start}%`, '--size': `${end - start}%`, '--lane': lane } as React.CSSProperties}
      data-before={placeOf(scale, drawn.fromMs) < 0 || undefined}
      data-after={placeOf(scale, drawn.toMs) > 100 || undefined}
      onPointerDown={begin}
      onPointerMove={follow}
      onPointerUp={finish}
      onPointerCancel={cancel}
      onKeyDown={press}
      onClick={(event) => {
        if (drag.current?.hasMoved) event.preventDefault();
        drag.current = undefined;
      }}
    >
      {!isFixed && <span className="edge" data-edge="start" />}
      <span className="mark" aria-hidden="true">
        {MARKS[standing]}
      </span>
      <span className="bar-name" dir="auto">
        {name}
      </span>
      {!isFixed && <span className="edge" data-edge="end" />}
    </a>
  );
}

/** A period is never turned round: an edge stops one step before the other. */
function shiftOf(edge: Drag['edge'], ms: number, { fromMs, toMs }: Drawn): Shift {
  const length = toMs - fromMs;
  if (edge === 'start') return { startMs: Math.min(ms, length), endMs: 0 };
  if (edge === 'end') return { startMs: 0, endMs: Math.max(ms, -length) };
  return { startMs: ms, endMs: ms };
}

function stepped(ms: number, stepMs: number): number {
  return Math.round(ms / stepMs) * stepMs;
}

import { createHash } from 'node:crypto';
import { liveSpan, type Span, type TimelineRow } from '../cache/timeline.js';
import type { Change } from '../change/change.entity.js';
import { type Effect, effectsOf } from '../change/effects.js';
import type { Status } from '../schedule/content.js';
import { visibleMs } from '../schedule/visibility.js';
import { isSignalled, type Kind, type Message, type SignalledResource } from './message.js';

/** How far a receiver was told: changes up to a revision, boundaries up to an instant in epoch milliseconds. */
export interface Cursor {
  revision: number;
  atMs: number;
}

/** A campaign or an event as the wire has it. */
export interface WireRow {
  id: number;
  startDate: string;
  endDate: string;
  status: Status;
  visibleFrom: string | null;
  /** The campaign of an event. */
  campaignEventId?: number;
}

export interface ScheduleRow {
  resource: SignalledResource;
  row: WireRow;
}

type Told = Pick<Change, 'revision' | 'at' | 'resource' | 'resourceId' | 'before' | 'after'>;

interface Derivation {
  /** The epoch of the tenant's schema. */
  epoch: string;
  cursor: Cursor;
  /** All changes after the cursor up to some revision, in order. */
  changes: readonly Told[];
  /** The rows as they were at the cursor's revision: at least those that can be live after its instant. */
  rows: readonly ScheduleRow[];
  /** The instant up to which boundaries are told; the clock may have been set back. */
  nowMs: number;
}

interface Derived {
  messages: Message[];
  /** The cursor after them. */
  cursor: Cursor;
  /** The next instant at which a row becomes live or ceases to be; Infinity: none is known. */
  nextMs: number;
}

/**
 * The messages that there are to tell after a cursor. They are the same whenever and by whom they are derived, and
 * however often in between: a longer way is the sum of its parts. A change that was made before the cursor's instant, by
 * another clock, takes effect at that instant.
 */
export function derive({ epoch, cursor, changes, rows, nowMs }: Derivation): Derived {
  const schedule = new Schedule(rows);
  const messages: Message[] = [];
  let { revision, atMs } = cursor;
  const passTo = (untilMs: number): void => {
    if (untilMs <= atMs) return;
    messages.push(...boundaries(schedule, { epoch, revision }, atMs, untilMs));
    atMs = untilMs;
  };
  for (const change of changes) {
    passTo(change.at.getTime());
    ({ revision } = change);
    messages.push(...written(schedule, change, epoch, atMs));
  }
  passTo(nowMs);
  return { messages, cursor: { revision, atMs }, nextMs: schedule.nextMs(atMs) };
}

/** The rows before changes, from the rows after them. @param changes in any order: with revisions that have no gap */
export function takeBack(rows: readonly ScheduleRow[], changes: readonly Told[]): ScheduleRow[] {
  const before = new Map<string, ScheduleRow | undefined>();
  for (const change of changes.toSorted((one, other) => one.revision - other.revision))
    for (const effect of signalled(change))
      if (!before.has(keyOf(effect))) before.set(keyOf(effect), rowOf(effect, effect.before));
  const untouched = rows.filter(({ resource, row: { id } }) => !before.has(keyOf({ resource, id })));
  return [...untouched, ...[...before.values()].filter((row) => row !== undefined)];
}

type SignalledEffect = Effect & { resource: SignalledResource };

/** The rows at one moment, with the times in which they are live. */
class Schedule {
  private readonly rows = new Map<string, ScheduleRow>();
  private readonly eventsOf = new Map<number, Set<string>>();
  private readonly spans = new Map<string, Span | undefined>();

  constructor(rows: readonly ScheduleRow[]) {
    for (const row of rows) this.put(row);
  }

  find(key: string): ScheduleRow | undefined {
    return this.rows.get(key);
  }

  put(present: ScheduleRow): void {
    const key = keyOf({ resource: present.resource, id: present.row.id });
    this.remove(key);
    this.rows.set(key, present);
    const { campaignEventId: campaign } = present.row;
    if (campaign === undefined) return;
    this.eventsOf.set(campaign, (this.eventsOf.get(campaign) ?? new Set()).add(key));
  }

  remove(key: string): void {
    for (const dependent of this.withDependents(key)) this.spans.delete(dependent);
    const campaign = this.rows.get(key)?.row.campaignEventId;
    if (campaign !== undefined) this.eventsOf.get(campaign)?.delete(key);
    this.rows.delete(key);
  }

  /** A row and those that are live only while it is. */
  withDependents(key: string): string[] {
    const [resource, id] = key.split(' ');
    return [key, ...(resource === 'campaign' ? (this.eventsOf.get(Number(id)) ?? []) : [])];
  }

  isLive(key: string, atMs: number): boolean {
    const span = this.spanOf(key);
    return span !== undefined && span.fromMs <= atMs && atMs < span.untilMs;
  }

  /** The starts and ends after one instant, up to another, in order. */
  turns(afterMs: number, untilMs: number): { atMs: number; kind: Kind & ('started' | 'ended'); key: string }[] {
    const isWithin = (ms: number) => ms > afterMs && ms <= untilMs;
    return [...this.rows.keys()]
      .flatMap((key) => {
        const { fromMs, untilMs: endMs } = this.spanOf(key) ?? { fromMs: -Infinity, untilMs: Infinity };
        return [
          ...(isWithin(fromMs) ? [{ atMs: fromMs, kind: 'started' as const, key }] : []),
          ...(isWithin(endMs) ? [{ atMs: endMs, kind: 'ended' as const, key }] : []),
        ];
      })
      .toSorted((one, other) => one.atMs - other.atMs);
  }

  nextMs(afterMs: number): number {
    let next = Infinity;
    for (const key of this.rows.keys())
      for (const ms of Object.values(this.spanOf(key) ?? {})) if (ms > afterMs && ms < next) next = ms;
    return next;
  }

  private spanOf(key: string): Span | undefined {
    if (!this.spans.has(key)) this.spans.set(key, this.measure(key));
    return this.spans.get(key);
  }

  private measure(key: string): Span | undefined {
    const { resource, row } = this.rows.get(key) ?? {};
    if (!row) return undefined;
    if (resource === 'campaign') return liveSpan(timesOf(row));
    const campaign = this.rows.get(keyOf({ resource: 'campaign', id: row.campaignEventId ?? -1 }));
    return campaign && liveSpan(timesOf(row), timesOf(campaign.row));
  }
}

interface State {
  epoch: string;
  revision: number;
}

function boundaries(schedule: Schedule, state: State, afterMs: number, untilMs: number): Message[] {
  return schedule.turns(afterMs, untilMs).map(({ atMs, kind, key }) => {
    const { resource, row } = schedule.find(key)!;
    return message({ ...state, atMs, resource, kind, row }, row.id, `at ${atMs}`);
  });
}

/** The effect of a write on the rows, and which became live or ceased to be by it. */
function written(schedule: Schedule, change: Told, epoch: string, nowMs: number): Message[] {
  const effects = signalled(change);
  const touched = effects.map(keyOf);
  const dependents = () => touched.flatMap((key) => schedule.withDependents(key));
  const before = dependents();
  const wereLive = new Map(
    before.filter((key) => schedule.isLive(key, nowMs)).map((key) => [key, schedule.find(key)!]),
  );
  for (const effect of effects) {
    const row = rowOf(effect, effect.after);
    if (row) schedule.put(row);
    else schedule.remove(keyOf(effect));
  }
  const { revision } = change;
  const tell = (kind: Kind, atMs: number, { resource, row }: ScheduleRow, more: object = {}) =>
    message({ epoch, revision, atMs, resource, kind, row, ...more }, row.id, `by ${revision}`);
  const turn = (key: string): Message[] => {
    const present = schedule.find(key);
    const was = wereLive.get(key);
    const isLive = schedule.isLive(key, nowMs);
    if (present && isLive && !was) return [tell('started', nowMs, present)];
    return was && !isLive ? [tell('ended', nowMs, present ?? was)] : [];
  };
  const byWrite = effects.flatMap((effect) => {
    const [old, now] = [rowOf(effect, effect.before), rowOf(effect, effect.after)];
    const atMs = change.at.getTime();
    if (!old) return now ? [tell('created', atMs, now), ...turn(keyOf(effect))] : [];
    if (now) return [tell('updated', atMs, now, { before: old.row }), ...turn(keyOf(effect))];
    return [...turn(keyOf(effect)), tell('deleted', atMs, old, { row: null, before: old.row })];
  });
  const others = [...new Set([...before, ...dependents()])].filter((key) => !touched.includes(key));
  return [...byWrite, ...others.flatMap(turn)];
}

type Content = Omit<Message, 'id' | 'type' | 'subject'> & State & { resource: SignalledResource; kind: Kind };

/** @param cause the write or the instant */
function message({ epoch, resource, kind, ...content }: Content, rowId: number, cause: string): Message {
  const type = `${resource}.${kind}` as const;
  const digest = createHash('sha256').update([epoch, cause, type, rowId].join('\n')).digest('base64url');
  return { id: `msg_${digest.slice(0, 27)}`, type, subject: keyOf({ resource, id: rowId }), ...content };
}

function signalled(change: Told): SignalledEffect[] {
  return effectsOf(change).filter((effect): effect is SignalledEffect => isSignalled(effect.resource));
}

function keyOf({ resource, id }: { resource: SignalledResource; id: number }): string {
  return `${resource} ${id}`;
}

function rowOf({ resource }: SignalledEffect, row: object | null): ScheduleRow | undefined {
  return row ? { resource, row: row as WireRow } : undefined;
}

function timesOf({ id, startDate, endDate, status, visibleFrom }: WireRow): TimelineRow {
  const from = visibleFrom ? new Date(visibleFrom) : null;
  return {
    id,
    json: '',
    visibleMs: visibleMs({ status, visibleFrom: from }),
    startMs: Date.parse(startDate),
    endMs: Date.parse(endDate),
    isPublished: status === 'published',
  };
}

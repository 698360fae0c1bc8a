import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type Effect, toldOf } from '../../src/change/effects.js';
import { type Cursor, derive, type ScheduleRow, takeBack, type WireRow } from '../../src/webhook/derivation.js';
import type { Message } from '../../src/webhook/message.js';

const EPOCH = '00000000-0000-4000-8000-000000000000';
/** The model's clock counts milliseconds from here. */
const ZERO = Date.parse('2026-11-01T00:00:00Z');
const iso = (ms: number) => new Date(ZERO + ms).toISOString();

const instant = fc.integer({ min: 0, max: 60 });
const fields = fc.record({
  start: instant,
  length: fc.integer({ min: 0, max: 20 }),
  status: fc.constantFrom('published', 'published', 'published', 'draft', 'cancelled'),
  visibleFrom: fc.option(instant, { freq: 3 }),
});
type Fields = { start: number; length: number; status: string; visibleFrom: number | null };

const which = fc.nat(20);
const step = fc.oneof(
  fc.record({ does: fc.constant('create' as const), fields, events: fc.array(fields, { maxLength: 3 }) }),
  fc.record({ does: fc.constant('add' as const), fields, which }),
  fc.record({ does: fc.constant('update' as const), fields, which }),
  fc.record({ does: fc.constant('move' as const), which, to: which }),
  fc.record({ does: fc.constant('delete' as const), which }),
  fc.record({ does: fc.constant('shift' as const), which, by: fc.integer({ min: -20, max: 20 }) }),
  fc.record({ does: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ does: fc.constant('set back' as const), ms: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ does: fc.constant('derive' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Row extends WireRow {
  [field: string]: unknown;
}

/** A shopping centre that does everything the slow and plain way, millisecond by millisecond. */
class Model {
  now = 0;
  revision = 0;
  readonly rows = new Map<string, Row>();
  readonly changes: Parameters<typeof takeBack>[1][number][] = [];
  /** By subject, what happened to it: kind and instant. */
  readonly happened = new Map<string, string[]>();
  private ids = { campaign: 0, event: 0 };
  /** Told up to here. The clock may be behind it. */
  private reached = 0;

  pass(ms: number): void {
    for (let left = ms; left > 0; left--) {
      this.now++;
      if (this.now <= this.reached) continue;
      const before = this.live();
      this.reached = this.now;
      this.turn(before, this.reached);
    }
  }

  write(effects: Effect[]): void {
    if (effects.length === 0) return;
    this.revision++;
    const before = this.live();
    const told = toldOf(effects as [Effect, ...Effect[]]);
    this.changes.push({ revision: this.revision, at: new Date(ZERO + this.now), ...told });
    const kinds = new Map<string, string>();
    for (const { resource, id, before, after } of effects) {
      const key = `${resource} ${id}`;
      kinds.set(key, before ? (after ? 'updated' : 'deleted') : 'created');
      if (after) this.rows.set(key, after as unknown as Row);
      else this.rows.delete(key);
    }
    const after = this.live();
    for (const key of new Set([...kinds.keys(), ...before, ...after])) {
      const turn = [
        ...(before.has(key) && !after.has(key) ? [`ended ${this.reached}`] : []),
        ...(!before.has(key) && after.has(key) ? [`started ${this.reached}`] : []),
      ];
      const kind = kinds.get(key);
      const own = kind ? [`${kind} ${this.now}`] : [];
      this.note(key, ...(kind === 'deleted' ? [...turn, ...own] : [...own, ...turn]));
    }
  }

  make(fields: Fields, resource: 'campaign' | 'event', campaignEventId?: number): Effect {
    const id = this.ids[resource]++;
    const after = { id, ...wire(fields), ...(campaignEventId === undefined ? {} : { campaignEventId }) };
    return { resource, id, before: null, after };
  }

  nth(which: number, resource?: string): Effect | undefined {
    const all = [...this.rows].filter(([key]) => resource === undefined || key.startsWith(resource));
    const [key, row] = all[which % all.length] ?? [];
    return row && { resource: key!.split(' ')[0]!, id: row.id, before: row, after: row };
  }

  events(campaign: number): Effect[] {
    return [...this.rows.values()]
      .filter(({ campaignEventId }) => campaignEventId === campaign)
      .map((row) => ({ resource: 'event', id: row.id, before: row, after: row }));
  }

  private live(): Set<string> {
    const now = ZERO + this.reached;
    const isOn = (row: Row | undefined): boolean =>
      row !== undefined &&
      row.status === 'published' &&
      (row.visibleFrom === null || Date.parse(row.visibleFrom) <= now) &&
      Date.parse(row.startDate) <= now &&
      now <= Date.parse(row.endDate);
    return new Set(
      [...this.rows.entries()]
        .filter(
          ([key, row]) =>
            isOn(row) && (key.startsWith('campaign') || isOn(this.rows.get(`campaign ${row.campaignEventId}`))),
        )
        .map(([key]) => key),
    );
  }

  private turn(before: Set<string>, ms: number): void {
    const after = this.live();
    for (const key of before) if (!after.has(key)) this.note(key, `ended ${ms}`);
    for (const key of after) if (!before.has(key)) this.note(key, `started ${ms}`);
  }

  private note(key: string, ...what: string[]): void {
    if (what.length > 0) this.happened.set(key, [...(this.happened.get(key) ?? []), ...what]);
  }
}

function wire({ start, length, status, visibleFrom }: Fields) {
  const dates = { startDate: iso(start), endDate: iso(start + length) };
  return { ...dates, status: status as WireRow['status'], visibleFrom: visibleFrom === null ? null : iso(visibleFrom) };
}

function run(steps: readonly Step[], onDerive: (model: Model) => void): Model {
  const model = new Model();
  for (const step of steps) {
    if (step.does === 'derive') onDerive(model);
    else if (step.does === 'pass') model.pass(step.ms);
    else if (step.does === 'set back') {
      onDerive(model); // an instant that nobody has looked at is none that was told
      model.now = Math.max(0, model.now - step.ms);
    } else model.write(effectsOfStep(model, step));
  }
  return model;
}

function effectsOfStep(model: Model, step: Step): Effect[] {
  if (step.does === 'create') {
    const campaign = model.make(step.fields, 'campaign');
    return [campaign, ...step.events.map((fields) => model.make(fields, 'event', campaign.id))];
  }
  if (step.does === 'add') {
    const campaign = model.nth(step.which, 'campaign');
    return campaign ? [model.make(step.fields, 'event', campaign.id)] : [];
  }
  if (step.does === 'update') {
    const effect = model.nth(step.which);
    return effect ? [{ ...effect, after: { ...effect.after!, ...wire(step.fields) } }] : [];
  }
  if (step.does === 'move') {
    const [event, to] = [model.nth(step.which, 'event'), model.nth(step.to, 'campaign')];
    return event && to ? [{ ...event, after: { ...event.after!, campaignEventId: to.id } }] : [];
  }
  if (step.does === 'delete') {
    const effect = model.nth(step.which);
    const parts = effect?.resource === 'campaign' ? model.events(effect.id) : [];
    return effect ? [effect, ...parts].map((one) => ({ ...one, after: null })) : [];
  }
  if (step.does !== 'shift') return [];
  const campaign = model.nth(step.which, 'campaign');
  const shifted = (row: Row) => ({
    ...row,
    startDate: new Date(Date.parse(row.startDate) + step.by).toISOString(),
    endDate: new Date(Date.parse(row.endDate) + step.by).toISOString(),
  });
  return campaign
    ? [campaign, ...model.events(campaign.id)].map((one) => ({ ...one, after: shifted(one.before as unknown as Row) }))
    : [];
}

/** Derives as the service does: from the rows of now that can still be live, with the changes after the cursor taken back. */
function deriveNow({ rows, changes, now }: Model, cursor: Cursor, only = Infinity) {
  const after = changes.filter(({ revision }) => revision > cursor.revision);
  const present = [...rows]
    .map(([key, row]) => ({ resource: key.split(' ')[0] as ScheduleRow['resource'], row }))
    .filter(({ row }) => Date.parse(row.endDate) >= cursor.atMs);
  const part = after.slice(0, only);
  const nowMs = part.length < after.length ? -Infinity : ZERO + now;
  return derive({ epoch: EPOCH, cursor, changes: part, rows: takeBack(present, after), nowMs });
}

const START: Cursor = { revision: 0, atMs: ZERO };

function bySubject(messages: readonly Message[]): Map<string, string[]> {
  const told = new Map<string, string[]>();
  for (const { subject, type, atMs } of messages)
    told.set(subject, [...(told.get(subject) ?? []), `${type.split('.')[1]} ${atMs - ZERO}`]);
  return told;
}

function idsOf(messages: readonly Message[]): string[] {
  return messages.map(({ id }) => id).toSorted();
}

describe('what there is to tell', () => {
  it('is exactly what happened to each row, in order, however it is cut into parts', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (steps, only) => {
        const messages: Message[] = [];
        let cursor = START;
        const tell = (model: Model) => {
          for (let last = -1; last !== messages.length || cursor.revision < model.revision;) {
            last = messages.length;
            const derived = deriveNow(model, cursor, only);
            messages.push(...derived.messages);
            ({ cursor } = derived);
          }
        };
        const model = run(steps, tell);
        tell(model);
        expect(bySubject(messages)).toEqual(model.happened);
        expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
        // At once, it is the same with the same ids.
        const whole = deriveNow(model, START);
        const wentBack = steps.some(({ does }) => does === 'set back');
        expect(idsOf(wentBack ? messages : whole.messages)).toEqual(idsOf(messages));
      }),
      { numRuns: 600 },
    );
  });

  it('has bodies with the rows as they were', () => {
    const model = new Model();
    const long = { start: 5, length: 10, status: 'published', visibleFrom: null };
    const campaign = model.make(long, 'campaign');
    const event = model.make({ ...long, start: 6 }, 'event', campaign.id);
    model.write([campaign, event]);
    model.pass(7);
    model.write([{ ...campaign, before: campaign.after, after: { ...campaign.after!, status: 'cancelled' } }]);
    model.write(
      [campaign, event].map((effect) => ({ ...effect, before: model.rows.get(`${effect.resource} 0`)!, after: null })),
    );
    const { messages, cursor } = deriveNow(model, START);
    const cancelled = { ...campaign.after, status: 'cancelled' };
    expect(messages.map((message) => ({ ...message, id: undefined }))).toEqual([
      told('campaign.created', 0, 1, campaign.after),
      told('event.created', 0, 1, event.after),
      told('campaign.started', 5, 1, campaign.after),
      told('event.started', 6, 1, event.after),
      told('campaign.updated', 7, 2, cancelled, { before: campaign.after }),
      told('campaign.ended', 7, 2, cancelled),
      told('event.ended', 7, 2, event.after),
      told('campaign.deleted', 7, 3, null, { before: cancelled }),
      told('event.deleted', 7, 3, null, { before: event.after }),
    ]);
    expect(cursor).toEqual({ revision: 3, atMs: ZERO + 7 });
  });

  it('says when to look again', () => {
    const model = new Model();
    model.write([model.make({ start: 5, length: 10, status: 'published', visibleFrom: 8 }, 'campaign')]);
    model.write([model.make({ start: 1, length: 50, status: 'draft', visibleFrom: null }, 'campaign')]);
    expect(deriveNow(model, START).nextMs).toBe(ZERO + 8);
    model.pass(8);
    expect(deriveNow(model, START).nextMs).toBe(ZERO + 16);
    model.pass(8);
    expect(deriveNow(model, START).nextMs).toBe(Infinity);
  });
});

function told(type: string, ms: number, revision: number, row: object | null, more = {}) {
  return { id: undefined, type, subject: `${type.split('.')[0]} 0`, atMs: ZERO + ms, revision, row, ...more };
}

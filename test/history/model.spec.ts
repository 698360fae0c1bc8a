import { afterEach, describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { effectsOf } from '../../src/change/effects.js';
import { type Atrium, startAtrium, withQuery } from '../support/atrium.js';
import { listAll, listChanges, NO_CONTENT } from '../support/rows.js';

/** More of them: HISTORY_RUNS=100. Each is a shopping centre of its own with up to STEPS writes. */
const RUNS = Number(process.env['HISTORY_RUNS'] ?? 6);
const STEPS = 60;
const LOOKS_BACK = 6;

const MALL = 'model-mall';
/** Later than whatever the real clock says, and with no change of clocks: a day has 24 hours. */
const TENANTS = JSON.stringify([{ id: MALL, name: 'Model Mall', timeZone: 'UTC' }]);
const BEGINNING = Date.parse('2090-01-01T00:00:00Z');
const DAY_MS = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();
const later = (instant: string, ms: number) => iso(Date.parse(instant) + ms);

jest.setTimeout(60_000 + RUNS * 60_000);

const which = fc.nat(1_000);
const step = fc.record({
  does: fc.constantFrom(
    ...(['create', 'nest', 'event', 'event', 'rename', 'renameEvent', 'renameEvent', 'moveEvent', 'shift'] as const),
    ...(['delete', 'deleteEvent', 'restore', 'restore', 'restoreEvent', 'undo', 'undo', 'undo', 'undoLast'] as const),
    ...(['import', 'copy'] as const),
  ),
  which,
  other: which,
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Row {
  id: number;
  name: string;
  startDate: string;
  endDate: string;
  createdOn: string;
  updatedOn: string;
  status: string;
  campaignEventId?: number;
  [field: string]: unknown;
}

type Resource = 'campaign' | 'event';

/** A row that is there, or was: its last write, and when it went. */
interface Kept {
  resource: Resource;
  row: Row;
  revision: number;
  deletedOn?: string;
}

type Effect = { resource: Resource; id: number; before: Row | null; after: Row | null };

const keyOf = ({ resource, id }: { resource: Resource; id: number }) => `${resource} ${id}`;
const PATHS = { campaign: '/campaign-events', event: '/events' };

/** A shopping centre as a reader of the documentation would write it down. */
class Model {
  readonly rows = new Map<string, Kept>();
  readonly changes: { effects: Effect[]; undoes?: number }[] = [];
  /** By revision, the rows after it. */
  readonly shown: Record<Resource, Row[]>[] = [{ campaign: [], event: [] }];

  get revision(): number {
    return this.changes.length;
  }

  all(resource: Resource, isDeleted = false): Kept[] {
    return [...this.rows.values()].filter(
      (kept) => kept.resource === resource && (kept.deletedOn !== undefined) === isDeleted,
    );
  }

  present(resource: Resource, id: number): Row | undefined {
    const kept = this.rows.get(keyOf({ resource, id }));
    return kept?.deletedOn === undefined ? kept?.row : undefined;
  }

  eventsOf(id: number): Row[] {
    return this.all('event').flatMap(({ row }) => (row.campaignEventId === id ? [row] : []));
  }

  /** Writes rows at an instant; those of `effects` that stay have it as `updatedOn`. */
  write(effects: Effect[], at: string, undoes?: number): void {
    const revision = this.revision + 1;
    const told = effects.map((effect) => ({ ...effect, after: effect.after && { ...effect.after, updatedOn: at } }));
    for (const { resource, id, before, after } of told) {
      const row = after ?? before;
      if (row) this.rows.set(keyOf({ resource, id }), { resource, row, revision, ...(after ? {} : { deletedOn: at }) });
    }
    this.changes.push({ effects: told, ...(undoes === undefined ? {} : { undoes }) });
    this.shown.push({ campaign: this.listed('campaign'), event: this.listed('event') });
  }

  listed(resource: Resource): Row[] {
    return this.all(resource)
      .map(({ row }) => row)
      .toSorted((one, other) => one.id - other.id);
  }

  /** What stands in the way of taking a change back. */
  isInTheWay(revision: number): boolean {
    const { effects } = this.changes[revision - 1]!;
    const back = new Set(effects.flatMap((effect) => (effect.before ? [keyOf(effect)] : [])));
    return effects.some((effect) => {
      if (this.rows.get(keyOf(effect))?.revision !== revision) return true;
      const { resource, id, before } = effect;
      if (resource === 'campaign')
        return [...this.rows.values()].some((kept) => kept.row.campaignEventId === id && kept.revision > revision);
      const campaign = before?.campaignEventId;
      if (campaign === undefined || back.has(keyOf({ resource: 'campaign', id: campaign }))) return false;
      return !this.present('campaign', campaign);
    });
  }

  takeBack(revision: number, at: string): void {
    const { effects } = this.changes[revision - 1]!;
    const now = ({ resource, id }: Effect) => this.present(resource, id) ?? null;
    const undone = effects.map((effect) => ({ ...effect, before: now(effect), after: effect.before }));
    this.write(undone, at, revision);
  }
}

let atrium: Atrium | undefined;
afterEach(() => atrium?.close());

describe('the history of a shopping centre', () => {
  it('is that of a plain model, whatever is written, deleted, restored and taken back', async () => {
    const seen = { refused: 0, undone: 0, restored: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: STEPS / 2, maxLength: STEPS, size: 'max' }),
        fc.infiniteStream(which),
        async (steps, looks) => {
          await atrium?.close();
          atrium = await startAtrium({ TENANTS });
          const centre = new Centre(atrium, seen);
          for (const one of steps) await centre.take(one);
          await centre.compare();
          for (let look = 0; look < LOOKS_BACK && centre.model.revision > 0; look++)
            await centre.lookBack(1 + (Number(looks.next().value) % centre.model.revision));
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(RUNS / 2);
  });
});

/** The service and the model, side by side. */
class Centre {
  readonly model = new Model();
  private atMs = BEGINNING;
  private readonly lastIds = { campaign: -1, event: -1 };

  constructor(
    private readonly atrium: Atrium,
    private readonly seen: { refused: number; undone: number; restored: number },
  ) {}

  private get at(): string {
    return iso(this.atMs);
  }

  async take({ does, which, other }: Step): Promise<void> {
    this.atrium.clock.setMs = this.atMs += 1_000;
    const campaign = pick(this.model.listed('campaign'), which);
    const event = pick(this.model.listed('event'), which);
    const name = `${does} ${this.model.revision}`;
    if (does === 'create' || does === 'nest') return this.create(name, does === 'nest' ? 1 + (other % 3) : 0);
    if (does === 'undo') return this.undo(1 + (which % Math.max(1, this.model.revision)));
    if (does === 'undoLast') return this.undo(this.model.revision);
    if (does === 'restore') return this.restore('campaign', which);
    if (does === 'restoreEvent') return this.restore('event', which);
    if (does === 'import') return this.import(name, campaign);
    if (campaign) {
      if (does === 'event') return this.addEvent(name, campaign);
      if (does === 'rename') return this.patch('campaign', campaign, { name });
      if (does === 'shift') return this.shift(campaign);
      if (does === 'copy') return this.copy(campaign, name);
      if (does === 'delete') return this.delete('campaign', campaign);
    }
    if (!event) return;
    if (does === 'renameEvent') return this.patch('event', event, { name });
    if (does === 'deleteEvent') return this.delete('event', event);
    const target = pick(this.model.listed('campaign'), other);
    if (does === 'moveEvent' && target && isWithin(event, target) && event.campaignEventId !== target.id)
      return this.patch('event', event, { campaignEventId: target.id });
  }

  private async create(name: string, count: number): Promise<void> {
    const period = { startDate: '2090-11-01T00:00:00.000Z', endDate: '2090-11-30T00:00:00.000Z' };
    const events = Array.from({ length: count }, (_, index) => ({ name: `${name} ${index}`, ...period, tags: ['a'] }));
    const body = await this.send(201, 'POST', '/campaign-events', { name, ...period, ...(count > 0 && { events }) });
    const campaign = this.made('campaign', body, { name, ...period });
    const made = events.map((event, index) =>
      this.made('event', body.events![index]!, { ...event, campaignEventId: campaign.id }),
    );
    this.model.write([created('campaign', campaign), ...made.map((event) => created('event', event))], this.at);
  }

  private async addEvent(name: string, campaign: Row): Promise<void> {
    const { id: campaignEventId, startDate } = campaign;
    const given = { name, campaignEventId, startDate, endDate: later(startDate, DAY_MS) };
    if (!isWithin(given, campaign)) return;
    const body = await this.send(201, 'POST', '/events', given);
    this.model.write([created('event', this.made('event', body, given))], this.at);
  }

  private async patch(resource: Resource, row: Row, fields: object): Promise<void> {
    await this.send(200, 'PATCH', `${PATHS[resource]}/${row.id}`, fields);
    this.model.write([{ resource, id: row.id, before: row, after: { ...row, ...fields } }], this.at);
  }

  /** A day later, with all its events. */
  private async shift(campaign: Row): Promise<void> {
    const events = this.model.eventsOf(campaign.id);
    if (!events.every((event) => isWithin(event, campaign))) return;
    const moved = moveBy(campaign, DAY_MS);
    const { startDate, endDate } = moved;
    await this.send(200, 'PATCH', `/campaign-events/${campaign.id}?events=shift`, { startDate, endDate });
    this.model.write(
      [
        { resource: 'campaign', id: campaign.id, before: campaign, after: moved },
        ...events.map((event): Effect => ({
          resource: 'event',
          id: event.id,
          before: event,
          after: moveBy(event, DAY_MS),
        })),
      ],
      this.at,
    );
  }

  private async copy(campaign: Row, name: string): Promise<void> {
    const moved = moveBy(campaign, 365 * DAY_MS);
    const path = `/campaign-events/${campaign.id}/copies?events=keep`;
    const body = await this.send(201, 'POST', path, { startDate: moved.startDate, name });
    const copy = this.made('campaign', body, { ...moved, name, status: 'draft' });
    const originals = this.model.eventsOf(campaign.id).toSorted((one, other) => one.id - other.id);
    const copies = originals.map((event, index) =>
      this.made('event', body.events![index]!, { ...moveBy(event, 365 * DAY_MS), campaignEventId: copy.id }),
    );
    this.model.write([created('campaign', copy), ...copies.map((event) => created('event', event))], this.at);
  }

  /** A new campaign with an event, and another name for one that is there. */
  private async import(name: string, renamed: Row | undefined): Promise<void> {
    const period = { startDate: '2090-03-01T00:00:00.000Z', endDate: '2090-03-31T00:00:00.000Z' };
    const dates = `${period.startDate};${period.endDate}`;
    const lines = ['id;name;startDate;endDate;campaign', `;${name};${dates};`, `;Part of ${name};${dates};${name}`];
    if (renamed) lines.push(`${renamed.id};Renamed by ${name};;;`);
    const { lines: done } = await this.send(200, 'POST', '/imports', lines.join('\n'), 'text/csv');
    const campaign = this.made('campaign', done![0]!, { name, ...period });
    const part = { name: `Part of ${name}`, ...period, campaignEventId: campaign.id };
    const event = this.made('event', done![1]!, part);
    const after = renamed && { ...renamed, name: `Renamed by ${name}` };
    this.model.write(
      [
        created('campaign', campaign),
        created('event', event),
        ...(renamed && after ? [{ resource: 'campaign', id: renamed.id, before: renamed, after } as Effect] : []),
      ],
      this.at,
    );
  }

  private async delete(resource: Resource, row: Row): Promise<void> {
    await this.send(204, 'DELETE', `${PATHS[resource]}/${row.id}`);
    const events = resource === 'campaign' ? this.model.eventsOf(row.id) : [];
    const gone = (kind: Resource, one: Row): Effect => ({ resource: kind, id: one.id, before: one, after: null });
    this.model.write([gone(resource, row), ...events.map((event) => gone('event', event))], this.at);
  }

  private async restore(resource: Resource, which: number): Promise<void> {
    const all = this.model.all(resource, which % 3 > 0);
    const kept = all[which % Math.max(1, all.length)];
    if (!kept) return;
    const { row, revision, deletedOn } = kept;
    const path = `${PATHS[resource]}/${row.id}/restore?events=keep`;
    const isWithoutCampaign = resource === 'event' && !this.model.present('campaign', row.campaignEventId!);
    if (deletedOn === undefined || isWithoutCampaign) {
      this.seen.refused++;
      const { code } = await this.send(409, 'POST', path);
      expect(code).toBe(deletedOn === undefined ? 'not-deleted' : 'campaign-deleted');
      return;
    }
    await this.send(200, 'POST', path);
    const along =
      resource === 'campaign'
        ? this.model
            .all('event', true)
            .filter((event) => event.row.campaignEventId === row.id && event.revision === revision)
        : [];
    this.model.write([created(resource, row), ...along.map((event) => created('event', event.row))], this.at);
    this.seen.restored++;
  }

  private async undo(revision: number): Promise<void> {
    const path = `/changes/${revision}/undo`;
    if (revision > this.model.revision || revision === 0) return void (await this.send(404, 'POST', path));
    if (this.model.isInTheWay(revision)) {
      this.seen.refused++;
      expect(await this.send(409, 'POST', path)).toMatchObject({ code: 'undo-conflict' });
      return;
    }
    expect(await this.send(200, 'POST', path)).toMatchObject({ revision: this.model.revision + 1 });
    this.model.takeBack(revision, this.at);
    this.seen.undone++;
  }

  /** Rows, deleted rows and changes. */
  async compare(): Promise<void> {
    const { model, atrium } = this;
    for (const resource of ['campaign', 'event'] as const) {
      const path = PATHS[resource];
      expect(await listAll(atrium, MALL, path)).toEqual(model.listed(resource));
      const deleted = model
        .all(resource, true)
        .map(({ row, deletedOn }) => ({ ...row, deletedOn }))
        .toSorted((one, other) => one.id - other.id);
      expect(await listAll(atrium, MALL, `${path}?deleted=true`)).toEqual(deleted);
    }
    const changes = await listChanges(atrium, MALL);
    expect(changes.map(({ revision }) => revision)).toEqual(model.changes.map((_, index) => index + 1));
    for (const [index, change] of changes.entries()) {
      const { effects, undoes } = model.changes[index]!;
      const inOrder = (some: object[]) =>
        (some as Effect[]).toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
      expect(inOrder(effectsOf(change))).toEqual(inOrder(effects));
      expect(change.undoes).toBe(undoes);
    }
  }

  async lookBack(revision: number): Promise<void> {
    const shown = this.model.shown[revision]!;
    for (const resource of ['campaign', 'event'] as const)
      expect(await listAll(this.atrium, MALL, withQuery(PATHS[resource], { revision: String(revision) }))).toEqual(
        shown[resource],
      );
  }

  private made(resource: Resource, { id }: { id?: number | undefined }, fields: object): Row {
    if (id === undefined || id <= this.lastIds[resource]) throw new Error(`${resource} ${id} is no new id`);
    this.lastIds[resource] = id;
    return { ...NO_CONTENT, ...fields, id, createdOn: this.at, updatedOn: this.at } as unknown as Row;
  }

  private async send(status: number, method: string, path: string, body?: object | string, type?: string) {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    const answer = await this.atrium.call<Answered>(MALL, method, path, body, headers);
    if (answer.status !== status)
      throw new Error(`${method} ${path}: ${answer.status}, not ${status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

interface Answered {
  id?: number;
  code?: string;
  revision?: number;
  events?: Row[];
  lines?: { id: number }[];
}

function created(resource: Resource, row: Row): Effect {
  return { resource, id: row.id, before: null, after: row };
}

function moveBy(row: Row, ms: number): Row {
  return { ...row, startDate: later(row.startDate, ms), endDate: later(row.endDate, ms) };
}

type Period = Pick<Row, 'startDate' | 'endDate'>;

function isWithin(event: Period, campaign: Period): boolean {
  return (
    Date.parse(event.startDate) >= Date.parse(campaign.startDate) &&
    Date.parse(event.endDate) <= Date.parse(campaign.endDate)
  );
}

function pick<T>(rows: readonly T[], which: number): T | undefined {
  return rows[which % Math.max(1, rows.length)];
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LessThanOrEqual } from 'typeorm';
import type { CatalogueStore } from '../../src/catalogue/catalogue-store.js';
import { Change } from '../../src/change/change.entity.js';
import { Purged } from '../../src/change/purged.entity.js';
import { withDataSource } from '../../src/database/data-source.js';
import type { Engine } from '../../src/database/engine.js';
import { Precondition } from '../../src/representation/precondition.js';
import { type Atrium, type Body, withQuery } from '../support/atrium.js';
import { Platform } from '../support/platform.js';
import { createCampaign, createEvent, everything, listAll, listChanges } from '../support/rows.js';

const MALL = 'rewound-mall';
const PART = { name: 'Part', startDate: '2026-11-08T00:00:00.000Z', endDate: '2026-11-14T00:00:00.000Z' };
/** The revision to go back to, and its instant: later than whatever the real clock says. */
const GOOD = 4;
const NOON_MS = Date.parse('2026-01-10T12:00:00Z');

let platform: Platform;
beforeAll(async () => {
  platform = await Platform.make();
});
afterAll(() => platform.remove());

/** A centre in which a script went wrong: see what comes back, goes and changes. */
async function spoil(id: string): Promise<void> {
  await platform.add(id);
  await platform.serve(async (atrium) => {
    const at = (minutes: number) => (atrium.clock.setMs = NOON_MS + minutes * 60_000);
    at(1);
    await createCampaign(atrium, id, { name: 'Kept', tags: ['a'], translations: { de: { name: 'Bleibt' } } });
    at(2);
    await createCampaign(atrium, id, { name: 'To be deleted', events: [PART, { ...PART, name: 'Second' }] });
    at(3);
    await createCampaign(atrium, id, { name: 'To be renamed', events: [PART] });
    at(4);
    await createCampaign(atrium, id, { name: 'Untouched' });
    at(5);
    await send(atrium, id, 'DELETE', '/campaign-events/1');
    at(6);
    await send(atrium, id, 'PATCH', '/campaign-events/2', { name: 'Renamed', status: 'draft' });
    at(7);
    await createCampaign(atrium, id, { name: 'Added', events: [PART] });
    at(8);
    await send(atrium, id, 'PATCH', '/events/2', { campaignEventId: 4 });
    at(9);
    await send(atrium, id, 'PATCH', '/campaign-events/0', { name: 'For a while' });
    at(10);
    await send(atrium, id, 'PATCH', '/campaign-events/0', { name: 'Kept' });
    at(11);
    await createEvent(atrium, id, { campaignEventId: 3 });
  });
}

async function send(atrium: Atrium, mall: string, method: string, path: string, body?: object): Promise<Body> {
  const answer = await atrium.call(mall, method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const without = (rows: Body[]) => rows.map((row) => ({ ...row, updatedOn: undefined }));

async function rowsAt(atrium: Atrium, mall: string, revision?: number) {
  const list = async (path: string) =>
    without(
      await listAll(atrium, mall, revision === undefined ? path : withQuery(path, { revision: String(revision) })),
    );
  return { campaigns: await list('/campaign-events'), events: await list('/events') };
}

describe('a rewind', () => {
  it('tells first what comes back, goes and changes, and then does it in one change that can be undone', async () => {
    await spoil(MALL);
    const plan = await platform.rewind(MALL, String(GOOD), { isPlan: true, isSure: false });
    expect(plan).toEqual({
      to: { revision: GOOD, at: new Date(NOON_MS + 4 * 60_000) },
      from: 11,
      comesBack: {
        count: 3,
        rows: [
          { resource: 'campaign', id: 1, name: 'To be deleted' },
          { resource: 'event', id: 0, name: 'Part' },
          { resource: 'event', id: 1, name: 'Second' },
        ],
      },
      goes: {
        count: 3,
        rows: [
          { resource: 'campaign', id: 4, name: 'Added' },
          { resource: 'event', id: 3, name: 'Part' },
          { resource: 'event', id: 4, name: 'Early access' },
        ],
      },
      changes: {
        count: 2,
        rows: [
          { resource: 'campaign', id: 2, name: 'To be renamed' },
          { resource: 'event', id: 2, name: 'Part' },
        ],
      },
    });
    const spoilt = await platform.serve(async (atrium) => {
      expect(await listChanges(atrium, MALL)).toHaveLength(11); // a plan writes nothing
      return rowsAt(atrium, MALL);
    });

    expect(await platform.rewind(MALL, String(GOOD))).toEqual({ ...plan, revision: 12 });
    await platform.serve(async (atrium) => {
      expect(await rowsAt(atrium, MALL)).toEqual(await rowsAt(atrium, MALL, GOOD));
      const changes = await listChanges(atrium, MALL);
      expect(changes).toHaveLength(12);
      expect(changes[11]).toMatchObject({ revision: 12, action: 'undo', actor: 'test' });
      expect(changes[11]?.after).toHaveLength(5);
      expect(changes[11]?.before).toHaveLength(5);
      // What is as it was is not written, though it was something else in between.
      const untouched = await send(atrium, MALL, 'GET', '/campaign-events/0');
      expect(untouched.updatedOn).toBe(new Date(NOON_MS + 10 * 60_000).toISOString());
      // What went is kept, what came back is not among it any more.
      const deleted = async (path: string) => (await listAll(atrium, MALL, `${path}?deleted=true`)).map(({ id }) => id);
      expect([await deleted('/campaign-events'), await deleted('/events')]).toEqual([[4], [3, 4]]);
      // All later revisions look as they did.
      expect(await rowsAt(atrium, MALL, 11)).toEqual(spoilt);

      await send(atrium, MALL, 'POST', '/changes/12/undo');
      expect(await rowsAt(atrium, MALL)).toEqual(spoilt);
      await send(atrium, MALL, 'POST', '/campaign-events/1/restore');
      expect((await createCampaign(atrium, MALL)).id).toBe(5);
    });
  }, 60_000);

  it('goes to an instant, in local time too, and from there back again', async () => {
    const mall = 'instant-mall';
    await spoil(mall);
    const before = await platform.serve((atrium) => rowsAt(atrium, mall));
    // 12:04 UTC is 13:04 in Berlin.
    for (const to of ['2026-01-10T12:04:30Z', '2026/01/10 13:04', '2026-01-10T13:04:59.999'])
      expect((await platform.rewind(mall, to, { isPlan: true })).to.revision).toBe(GOOD);
    expect((await platform.rewind(mall, '2026/01/10 13:04')).revision).toBe(12);
    expect((await platform.rewind(mall, '11')).revision).toBe(13);
    await platform.serve(async (atrium) => expect(await rowsAt(atrium, mall)).toEqual(before));
  }, 60_000);

  it('writes nothing where every row is as it was', async () => {
    const mall = 'same-mall';
    await platform.add(mall);
    await platform.serve(async (atrium) => {
      await createCampaign(atrium, mall, { name: 'One' });
      await send(atrium, mall, 'PATCH', '/campaign-events/0', { name: 'Two' });
      await send(atrium, mall, 'PATCH', '/campaign-events/0', { name: 'One' });
    });
    for (const to of ['1', '3']) expect((await platform.rewind(mall, to)).revision).toBeUndefined();
    await platform.serve(async (atrium) => expect(await listChanges(atrium, mall)).toHaveLength(3));
    const log = await platform.work(({ store }) => store.changes(mall, 10));
    expect(log.map(({ action }) => action)).toEqual(['adding', 'add']);
  }, 60_000);

  it('leaves other centres alone, and is told in the log', async () => {
    const [mall, other] = ['told-mall', 'other-mall'];
    await spoil(mall);
    await spoil(other);
    const before = await platform.serve((atrium) => everything(atrium, other));
    await platform.rewind(mall, '1');
    await platform.serve(async (atrium) => expect(await everything(atrium, other)).toEqual(before));
    const log = await platform.work(({ store }) => store.changes(mall, 10));
    expect(log.map(({ action }) => action)).toEqual(['adding', 'add', 'rewinding', 'rewind']);
    expect(log.at(-1)?.after).toMatchObject({ to: { revision: 1 }, doneAs: 12 });
  }, 60_000);

  it('is refused for an active centre unless one is sure, and for a moment that there is not', async () => {
    const mall = 'refused-mall';
    await spoil(mall);
    const before = await platform.serve((atrium) => everything(atrium, mall));
    const refused = async (to: string, code: string, words: RegExp, options = {}) =>
      expect(platform.rewind(mall, to, options)).rejects.toMatchObject({ code, detail: expect.stringMatching(words) });
    await refused('1', 'tenant-active', /--plan.*--yes/, { isSure: false });
    await refused('0', 'query-invalid', /from 1 on/);
    await refused('12', 'not-found', /newest is 11/);
    await refused('99999999999999999999', 'not-found', /newest is 11/);
    await refused('2026-01-10T12:00:59Z', 'at-too-early', /2026-01-10T12:01:00.000Z/);
    await refused('2999-01-10T12:00:59Z', 'query-invalid', /still to come/);
    for (const to of ['yesterday', '-1', '1.5', '10.01.2026', ''])
      await refused(to, 'query-invalid', /a revision, such as 12, or a date/);
    await expect(platform.rewind('nowhere', '1')).rejects.toMatchObject({ code: 'not-found' });
    await platform.work(({ engine, store }) => purgeChanges(engine, store, mall));
    await refused('2', 'purged', /purged/);
    await refused('2026-01-10T12:02:59Z', 'purged', /purged/);
    await platform.serve(async (atrium) => {
      const { changes, ...rows } = await everything(atrium, mall);
      expect({ ...rows, changes: before.changes.length }).toEqual({ ...before, changes: changes.length + 3 });
    });
    // A suspended one needs no --yes.
    await platform.work(({ lifecycle }) =>
      lifecycle.update(mall, { status: 'suspended' }, new Precondition(undefined), 'test'),
    );
    expect((await platform.rewind(mall, '5', { isSure: false })).revision).toBe(12);
  }, 60_000);
});

/** The first three changes, as a purge removes them. */
async function purgeChanges(engine: Engine, store: CatalogueStore, mall: string): Promise<void> {
  const tenant = await store.find(mall);
  if (!tenant) throw new Error(mall);
  await withDataSource(engine.maintenanceOptions(tenant, [Change, Purged]), async ({ manager }) => {
    await manager.delete(Change, { revision: LessThanOrEqual(3) });
    await manager.update(Purged, { id: 1 }, { changes: 3 });
  });
}

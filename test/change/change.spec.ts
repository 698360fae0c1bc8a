import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Atrium, startAtrium, withQuery } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';
import { type ChangeRow, createCampaign, createEvent, listChanges, NOVEMBER } from '../support/rows.js';

const MALL = 'berlin-mall';
const OTHER = 'york-plaza';

let atrium: Atrium;
beforeEach(async () => {
  atrium = await startAtrium();
});
afterEach(() => atrium.close());

interface Changes {
  items: ChangeRow[];
  next: number | null;
}

function changes(parameters: Record<string, string> = {}) {
  return atrium.call<Changes>(MALL, 'GET', withQuery('/changes', parameters));
}

async function pageOf(parameters: Record<string, string>) {
  const { items, next } = (await changes(parameters)).body;
  return [items.map(({ revision }) => revision), next];
}

describe('the changes', () => {
  it('tell every write: what was done to what, from what to what', async () => {
    const made = await createCampaign(atrium, MALL);
    const path = `/campaign-events/${made.id}`;
    const { body: replaced } = await atrium.call(MALL, 'PUT', path, { ...NOVEMBER, name: 'Replaced' });
    const { body: updated } = await atrium.call(MALL, 'PATCH', path, { name: 'Updated' });
    const event = await createEvent(atrium, MALL, { campaignEventId: made.id });
    const { body: renamed } = await atrium.call(MALL, 'PATCH', `/events/${event.id}`, { name: 'Renamed' });
    await atrium.call(MALL, 'DELETE', `/events/${event.id}`);
    const second = await createEvent(atrium, MALL, { campaignEventId: made.id });
    await atrium.call(MALL, 'DELETE', path);

    const campaign = { resource: 'campaign', resourceId: made.id };
    const first = { resource: 'event', resourceId: event.id };
    const told = [
      { action: 'create', ...campaign, before: null, after: made },
      { action: 'replace', ...campaign, before: made, after: replaced },
      { action: 'update', ...campaign, before: replaced, after: updated },
      { action: 'create', ...first, before: null, after: event },
      { action: 'update', ...first, before: event, after: renamed },
      { action: 'delete', ...first, before: renamed, after: null },
      { action: 'create', resource: 'event', resourceId: second.id, before: null, after: second },
      // Its events went with it, and are told with it.
      { action: 'delete', ...campaign, before: expect.objectContaining({ ...updated, events: [second] }), after: null },
    ];
    expect((await changes()).body).toEqual({
      items: told.map((change, index) => ({
        revision: index + 1,
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        actor: expect.stringMatching(/\S/),
        ...change,
      })),
      next: null,
    });
  });

  it('bear the instant of the write, which is that of its row', async () => {
    atrium.clock.setMs = Date.parse('2026-11-23T10:00:00.123Z');
    const { createdOn, updatedOn } = await createCampaign(atrium, MALL);
    const [change] = (await changes()).body.items;
    expect([change?.at, createdOn, updatedOn]).toEqual(Array(3).fill('2026-11-23T10:00:00.123Z'));
  });

  it('are the own ones of each shopping centre, counted from 1 in each', async () => {
    await createCampaign(atrium, MALL);
    await createCampaign(atrium, OTHER);
    await createCampaign(atrium, OTHER);
    expect((await listChanges(atrium, MALL)).map(({ revision }) => revision)).toEqual([1]);
    expect((await listChanges(atrium, OTHER)).map(({ revision }) => revision)).toEqual([1, 2]);
  });

  it('leave out what failed, and no number with it', async () => {
    const { id } = await createCampaign(atrium, MALL);
    const event = await createEvent(atrium, MALL, { campaignEventId: id });
    const late = { startDate: '2027-01-01T00:00:00Z', endDate: '2027-01-02T00:00:00Z' };
    const failed = await Promise.all([
      atrium.call(MALL, 'POST', '/campaign-events', { ...NOVEMBER, events: [{ name: 'Late', ...late }] }),
      atrium.call(MALL, 'POST', '/events', { name: 'Lost', ...late, campaignEventId: 2_147_483_647 }),
      atrium.call(MALL, 'PATCH', `/events/${event.id}`, late),
      atrium.call(MALL, 'PUT', `/campaign-events/${id}`, NOVEMBER, { 'if-match': '"x"' }),
      atrium.call(MALL, 'DELETE', `/events/${event.id}`, undefined, { 'if-match': '"x"' }),
      atrium.call(MALL, 'DELETE', '/events/2147483647'),
      atrium.call(MALL, 'PATCH', `/campaign-events/${id}`, { startDate: '2028-01-01T00:00:00Z' }),
    ]);
    expect(failed.map(({ status }) => status)).toEqual([422, 422, 422, 412, 412, 404, 422]);
    await createCampaign(atrium, MALL);
    expect((await listChanges(atrium, MALL)).map(({ revision, action }) => [revision, action])).toEqual([
      [1, 'create'],
      [2, 'create'],
      [3, 'create'],
    ]);
  });

  it('come page by page, oldest first, from any revision on', async () => {
    for (let count = 0; count < 7; count++) await createCampaign(atrium, MALL);
    expect(await pageOf({})).toEqual([[1, 2, 3, 4, 5, 6, 7], null]);
    expect(await pageOf({ limit: '3' })).toEqual([[1, 2, 3], 3]);
    expect(await pageOf({ limit: '3', after: '3' })).toEqual([[4, 5, 6], 6]);
    expect(await pageOf({ limit: '3', after: '6' })).toEqual([[7], null]);
    expect(await pageOf({ after: '0' })).toEqual([[1, 2, 3, 4, 5, 6, 7], null]);
    expect(await pageOf({ after: '7' })).toEqual([[], null]);
    expect(await pageOf({ after: '2147483647' })).toEqual([[], null]);
    expect(await pageOf({ after: '3', limit: '4' })).toEqual([[4, 5, 6, 7], null]);
    await createCampaign(atrium, MALL);
    expect(await pageOf({ after: '7' })).toEqual([[8], null]);
  });

  it('come newest first with order=desc, and go on below the last', async () => {
    for (let count = 0; count < 7; count++) await createCampaign(atrium, MALL);
    const desc = { order: 'desc' };
    expect(await pageOf(desc)).toEqual([[7, 6, 5, 4, 3, 2, 1], null]);
    expect(await pageOf({ ...desc, limit: '3' })).toEqual([[7, 6, 5], 5]);
    expect(await pageOf({ ...desc, limit: '3', before: '5' })).toEqual([[4, 3, 2], 2]);
    expect(await pageOf({ ...desc, limit: '3', before: '2' })).toEqual([[1], null]);
    expect(await pageOf({ ...desc, before: '1' })).toEqual([[], null]);
    expect(await pageOf({ ...desc, before: '0' })).toEqual([[], null]);
    expect(await pageOf({ ...desc, before: '2147483647', limit: '1' })).toEqual([[7], 7]);
    expect(await pageOf({ ...desc, resource: 'campaign', resourceId: '3' })).toEqual([[4], null]);
    expect(await pageOf({ order: 'asc', limit: '2' })).toEqual([[1, 2], 2]);
  });

  it.each([
    ['order=desc&after=3', '#/after', 'goes with order=asc; with order=desc give before'],
    ['order=desc&after=0', '#/after', 'goes with order=asc; with order=desc give before'],
    ['before=3', '#/before', 'goes with order=desc; with order=asc give after'],
    ['order=asc&before=3', '#/before', 'goes with order=desc; with order=asc give after'],
    ['order=up', '#/order', 'takes one of asc, desc'],
  ])('say what goes together instead of ?%s', async (query, pointer, detail) => {
    const { errors } = expectProblem(await atrium.call(MALL, 'GET', `/changes?${query}`), 400, 'query-invalid');
    expect(errors).toEqual([{ pointer, detail }]);
  });

  it('bear instants that never go back, whatever the clock does', async () => {
    const instants = ['10:00:00.000', '09:59:00.000', '10:00:00.001', '08:00:00.000'].map((time) =>
      Date.parse(`2026-11-23T${time}Z`),
    );
    const rows = [];
    for (const ms of instants) {
      atrium.clock.setMs = ms;
      rows.push(await createCampaign(atrium, MALL));
    }
    const told = (await changes()).body.items.map(({ at }) => at);
    expect(told).toEqual(['000', '000', '001', '001'].map((ms) => `2026-11-23T10:00:00.${ms}Z`));
    expect(rows.map(({ createdOn }) => createdOn)).toEqual(told);
  });

  it('come of one kind of row, or of one row, when asked so; next then leads on among those', async () => {
    const first = await createCampaign(atrium, MALL); // 1
    const second = await createCampaign(atrium, MALL); // 2
    for (let count = 0; count < 3; count++) await createEvent(atrium, MALL, { campaignEventId: first.id }); // 3-5
    for (const name of ['A', 'B', 'C']) await atrium.call(MALL, 'PATCH', `/campaign-events/${second.id}`, { name }); // 6-8
    await atrium.call(MALL, 'DELETE', `/campaign-events/${first.id}`); // 9

    expect(await pageOf({ resource: 'campaign' })).toEqual([[1, 2, 6, 7, 8, 9], null]);
    expect(await pageOf({ resource: 'event' })).toEqual([[3, 4, 5], null]);
    const ofSecond = { resource: 'campaign', resourceId: String(second.id) };
    expect(await pageOf(ofSecond)).toEqual([[2, 6, 7, 8], null]);
    expect(await pageOf({ ...ofSecond, limit: '2' })).toEqual([[2, 6], 6]);
    expect(await pageOf({ ...ofSecond, limit: '2', after: '6' })).toEqual([[7, 8], null]);
    expect(await pageOf({ resource: 'campaign', resourceId: String(first.id) })).toEqual([[1, 9], null]);
    expect(await pageOf({ resource: 'event', resourceId: '99' })).toEqual([[], null]);
  });

  it.each([
    'resource=campaigns',
    'resource=',
    'resource=campaign&resource=event',
    'resourceId=0',
    'resource=event&resourceId=x',
    'resource=event&resourceId=-1',
    'resource=event&resourceId=2147483648',
    'after=-1',
    'after=x',
    'after=1.5',
    'after=',
    'after=2147483648',
    'after=0x1',
    'after=1&after=2',
    'limit=0',
    'limit=201',
    'limit=1e9',
    'limit=007',
    'limit=1&limit=1',
    'sort=id',
    'constructor=x',
  ])('refuse the query ?%s', async (query) => {
    expectProblem(await atrium.call(MALL, 'GET', `/changes?${query}`), 400, 'query-invalid');
  });

  it.each([
    ['after', '-1', 'takes a whole number from 0 to 2147483647'],
    ['after', '2147483648', 'takes a whole number from 0 to 2147483647'],
    ['limit', 'x', 'takes a whole number from 1 to 200'],
    ['limit', '0', 'takes a whole number from 1 to 200'],
  ])('say what they take instead of %s=%s', async (name, value, detail) => {
    const { body } = await atrium.call(MALL, 'GET', withQuery('/changes', { [name]: value }));
    expect(body.errors).toEqual([{ pointer: `#/${name}`, detail }]);
  });
});

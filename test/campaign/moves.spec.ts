import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Atrium, type Body, startAtrium, TENANTS } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';
import { createCampaign, listChanges } from '../support/rows.js';

const [BERLIN = ''] = TENANTS.map(({ id }) => id);

/** Around the end of summer time in Berlin, on 25 October 2026 at 03:00. */
const CAMPAIGN = { name: 'Autumn', startDate: '2026/10/20 09:00', endDate: '2026/10/24 20:00' };
const FIRST = { name: 'First', startDate: '2026/10/20 09:00', endDate: '2026/10/21 20:00' };
const LAST = { name: 'Last', startDate: '2026/10/23 09:00', endDate: '2026/10/24 20:00' };

let atrium: Atrium;
beforeAll(async () => {
  atrium = await startAtrium();
});
afterAll(() => atrium.close());
beforeEach(() => {
  atrium.clock.setMs = Date.parse('2026-10-01T08:00:00Z');
});

describe('a change of a campaign that would leave events outside', () => {
  it.each(['PATCH', 'PUT'])('is refused by %s, and names the events', async (method) => {
    const { id } = await plan();
    const before = await listChanges(atrium, BERLIN);
    const answer = await change(id, { endDate: '2026/10/22 20:00' }, '', method);
    expectProblem(answer, 422, 'events-outside');
    expect(answer.body.errors).toEqual([
      {
        pointer: '#/endDate',
        detail: expect.stringMatching(/^event \d+ "Last" would lie outside, 23 October 2026 09:00 to 24 October 2026/),
      },
    ]);
    expect(answer.body.detail).toMatch(/\?events=shift/);
    expect(await listChanges(atrium, BERLIN)).toEqual(before);
  });

  it('names twenty of them, and counts the others', async () => {
    const events = Array.from({ length: 23 }, (_, index) => ({ ...LAST, name: `Phase ${index}` }));
    const { id } = await createCampaign(atrium, BERLIN, { ...CAMPAIGN, events });
    const { body } = await change(id, { endDate: '2026/10/22 20:00' });
    expect([body.errors.length, body.moreErrors]).toEqual([20, 3]);
  });

  it('takes one of three rules', async () => {
    const { id } = await plan();
    const answer = await change(id, { endDate: '2026/10/22 20:00' }, '?events=drop');
    expectProblem(answer, 400, 'query-invalid');
    expect(answer.body.errors[0]?.pointer).toBe('#/events');
  });

  it('leaves them as they are with events=keep, and a name may change afterwards', async () => {
    const { id } = await plan();
    const before = await eventsOf(id);
    expect((await change(id, { endDate: '2026/10/22 20:00' }, '?events=keep')).status).toBe(200);
    expect(await eventsOf(id)).toEqual(before);
    expect((await change(id, { name: 'Autumn, early' })).status).toBe(200);
  });

  it('cuts them with events=trim, and cancels what lies wholly outside', async () => {
    const { id } = await plan();
    expect(
      (await change(id, { startDate: '2026/10/21 09:00', endDate: '2026/10/22 20:00' }, '?events=trim')).status,
    ).toBe(200);
    expect(await eventsOf(id)).toMatchObject([
      {
        name: 'First',
        startDate: '2026-10-21T07:00:00.000Z',
        endDate: '2026-10-21T18:00:59.999Z',
        status: 'published',
      },
      { name: 'Last', startDate: '2026-10-23T07:00:00.000Z', status: 'cancelled' },
    ]);
    // A cancelled event outside is in nobody's way.
    expect((await change(id, { endDate: '2026/10/22 21:00' })).status).toBe(200);
  });

  it('never shows a draft by cancelling it', async () => {
    const { id } = await plan({ status: 'draft' });
    await change(id, { endDate: '2026/10/22 20:00' }, '?events=trim');
    expect((await eventsOf(id)).map(({ status }) => status)).toEqual(['published', 'draft']);
  });

  it('moves all of them with events=shift, by the clock of the centre', async () => {
    const { id } = await plan();
    const moved = { startDate: '2026/10/27 09:00', endDate: '2026/10/31 20:00' };
    expect((await change(id, moved, '?events=shift')).status).toBe(200);
    expect(await eventsOf(id)).toMatchObject([
      { name: 'First', startDate: '2026-10-27T08:00:00.000Z', endDate: '2026-10-28T19:00:59.999Z' },
      { name: 'Last', startDate: '2026-10-30T08:00:00.000Z', endDate: '2026-10-31T19:00:59.999Z' },
    ]);
  });

  it('is refused with events=shift where they fall outside all the same', async () => {
    const { id } = await plan();
    const answer = await change(id, { startDate: '2026/10/27 09:00', endDate: '2026/10/30 20:00' }, '?events=shift');
    expectProblem(answer, 422, 'events-outside');
    expect(answer.body.errors.map(({ detail }) => detail)).toEqual([expect.stringContaining('"Last"')]);
  });

  it('moves what is to be shown along, and hides nothing again that was shown', async () => {
    const [shown, hidden] = ['2026/10/01 09:00', '2026/10/22 09:00'];
    const events = [
      { ...FIRST, visibleFrom: shown },
      { ...LAST, visibleFrom: hidden },
    ];
    const { id } = await createCampaign(atrium, BERLIN, { ...CAMPAIGN, events });
    await change(id, { startDate: '2026/10/21 09:00', endDate: '2026/10/25 20:00' }, '?events=shift');
    expect((await eventsOf(id)).map(({ visibleFrom }) => visibleFrom)).toEqual([
      '2026-10-01T07:00:00.000Z',
      '2026-10-23T07:00:00.000Z',
    ]);
  });

  it('is one change, told as the campaign with the events that it touched', async () => {
    const { id } = await plan();
    const [, last] = await eventsOf(id);
    const { headers } = await change(id, { endDate: '2026/10/24 12:00' }, '?events=trim');
    const told = (await listChanges(atrium, BERLIN)).at(-1);
    expect(told).toMatchObject({
      action: 'update',
      resource: 'campaign',
      resourceId: id,
      before: { id, events: [{ id: last?.id, endDate: last?.endDate }] },
      after: { id, events: [{ id: last?.id, endDate: '2026-10-24T10:00:59.999Z', updatedOn: told?.at }] },
    });
    const read = await atrium.call(BERLIN, 'GET', `/campaign-events/${id}`);
    expect(read.headers.get('etag')).toBe(headers.get('etag'));
    const event = await atrium.call(BERLIN, 'GET', `/events/${last?.id}`);
    expect(event.body.endDate).toBe('2026-10-24T10:00:59.999Z');
  });

  it('is refused by If-Match before anything else is looked at', async () => {
    const { id } = await plan();
    const headers = { 'if-match': '"other"' };
    const path = `/campaign-events/${id}`;
    expect((await atrium.call(BERLIN, 'PATCH', path, { endDate: '2026/10/22 20:00' }, headers)).status).toBe(412);
  });
});

describe('a copy of a campaign', () => {
  it('is a draft of its own, with its events at their distances by the clock of the centre', async () => {
    const { id } = await plan({}, { visibleFrom: '2026/10/18 08:00', tags: ['fashion'] });
    const copy = await copyOf(id, { startDate: '2026/10/26 09:00' });
    expect(copy.status).toBe(201);
    expect(copy.headers.get('location')).toBe(`/campaign-events/${copy.body.id}`);
    expect(copy.body).toMatchObject({
      name: 'Autumn',
      status: 'draft',
      startDate: '2026-10-26T08:00:00.000Z',
      endDate: '2026-10-30T19:00:59.999Z',
      visibleFrom: '2026-10-24T06:00:00.000Z',
      tags: ['fashion'],
    });
    const events = await eventsOf(copy.body.id);
    expect(events).toMatchObject([
      {
        name: 'First',
        status: 'published',
        startDate: '2026-10-26T08:00:00.000Z',
        endDate: '2026-10-27T19:00:59.999Z',
      },
      { name: 'Last', status: 'published', startDate: '2026-10-29T08:00:00.000Z', endDate: '2026-10-30T19:00:59.999Z' },
    ]);
    expect((copy.body as Body & { events: Body[] }).events).toEqual(events);
    const read = await atrium.call(BERLIN, 'GET', `/campaign-events/${copy.body.id}`);
    expect(read.headers.get('etag')).toBe(copy.headers.get('etag'));
    expect((await listChanges(atrium, BERLIN)).at(-1)).toMatchObject({
      action: 'create',
      before: null,
      after: { id: copy.body.id, events: [{ name: 'First' }, { name: 'Last' }] },
    });
  });

  it('takes another name and status', async () => {
    const { id } = await plan();
    const { body } = await copyOf(id, { startDate: '2027/10/26 09:00', name: 'Again', status: 'published' });
    expect(body).toMatchObject({ name: 'Again', status: 'published' });
  });

  it.each([
    [{}, '#/startDate'],
    [{ startDate: 'soon' }, '#/startDate'],
    [{ startDate: '2027/01/01 00:00', status: 'live' }, '#/status'],
    [{ startDate: '2027/01/01 00:00', name: ' ' }, '#/name'],
    [{ startDate: '2027/01/01 00:00', endDate: '2027/01/02 00:00' }, '#/endDate'],
    [{ startDate: '2999/12/30 00:00' }, '#/startDate'],
  ])('is refused of %j', async (body, pointer) => {
    const { id } = await plan();
    const answer = await copyOf(id, body);
    expectProblem(answer, 422, 'fields-invalid');
    expect(answer.body.errors[0]?.pointer).toBe(pointer);
  });

  it('is refused of a campaign that is not there', async () => {
    expectProblem(await copyOf(99_999, { startDate: '2027/01/01 00:00' }), 404, 'not-found');
  });

  it('has no events outside that nobody asked for', async () => {
    const { id } = await plan();
    await change(id, { endDate: '2026/10/22 20:00' }, '?events=keep');
    const body = { startDate: '2027/10/20 09:00' };
    expectProblem(await copyOf(id, body), 422, 'events-outside');
    const kept = await copyOf(id, body, '?events=keep');
    expect(await eventsOf(kept.body.id)).toMatchObject([{ name: 'First' }, { name: 'Last', status: 'published' }]);
    const trimmed = await copyOf(id, body, '?events=trim');
    expect(await eventsOf(trimmed.body.id)).toMatchObject([{ name: 'First' }, { name: 'Last', status: 'cancelled' }]);
  });

  it('is made once under an Idempotency-Key, which stands for one campaign', async () => {
    const [one, other] = [await plan(), await plan()];
    const headers = { 'idempotency-key': 'copy-1' };
    const body = { startDate: '2027/10/20 09:00' };
    const first = await copyOf(one.id, body, '', headers);
    const again = await copyOf(one.id, body, '', headers);
    expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([201, first.body, 'true']);
    expectProblem(await copyOf(other.id, body, '', headers), 422, 'idempotency-key-reused');
  });
});

function plan(last: object = {}, fields: object = {}): Promise<Body> {
  return createCampaign(atrium, BERLIN, { ...CAMPAIGN, ...fields, events: [FIRST, { ...LAST, ...last }] });
}

function change(id: number, fields: object, query = '', method = 'PATCH') {
  const body = method === 'PUT' ? { ...CAMPAIGN, ...fields } : fields;
  return atrium.call(BERLIN, method, `/campaign-events/${id}${query}`, body);
}

function copyOf(id: number, body: object, query = '', headers: Record<string, string> = {}) {
  return atrium.call(BERLIN, 'POST', `/campaign-events/${id}/copies${query}`, body, headers);
}

async function eventsOf(id: number): Promise<Body[]> {
  return (await atrium.call<Body[]>(BERLIN, 'GET', `/campaign-events/${id}/events`)).body;
}

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Atrium, type Body, signToken, startAtrium, withQuery } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';
import { createCampaign, createEvent, listAll, listChanges, NOVEMBER, withoutUpdate } from '../support/rows.js';

const MALL = 'berlin-mall';
/** Later than whatever the real clock says: instants of changes never go back. */
const NOON = '2090-11-10T12:00:00.000Z';

let atrium: Atrium;
beforeEach(async () => {
  atrium = await startAtrium();
});
afterEach(() => atrium.close());

const send = <T = Body>(method: string, path: string, body?: object, headers?: Record<string, string>) =>
  atrium.call<T>(MALL, method, path, body, headers);
const restore = (path: string, headers?: Record<string, string>) =>
  send<Body & { events: Body[] }>('POST', path, undefined, headers);

async function remove(path: string): Promise<void> {
  expect((await send('DELETE', path)).status).toBe(204);
}

async function deleted(path: string, parameters: Record<string, string> = {}): Promise<number[]> {
  const { body } = await send('GET', withQuery(path, { deleted: 'true', ...parameters }));
  return body.items.map(({ id }) => id);
}

describe('a deleted row', () => {
  it('is gone for everybody, and listed for editors with the instant at which it went', async () => {
    const { id } = await createCampaign(atrium, MALL);
    const event = await createEvent(atrium, MALL, { campaignEventId: id });
    const { body: campaign } = await send('GET', `/campaign-events/${id}`);
    atrium.clock.setMs = Date.parse(NOON);
    await remove(`/campaign-events/${id}`);

    expect((await send('GET', `/campaign-events/${id}`)).status).toBe(404);
    expect(await listAll(atrium, MALL, '/campaign-events')).toEqual([]);
    expect(await listAll(atrium, MALL, '/events')).toEqual([]);
    const page = await send('GET', '/campaign-events?deleted=true');
    expect(page.body).toEqual({ items: [{ ...campaign, deletedOn: NOON }], next: null });
    expect(page.headers.get('cache-control')).toBe('private, no-store');
    expect((await send('GET', '/events?deleted=true')).body.items).toEqual([{ ...event, deletedOn: NOON }]);
  });

  it.each(['/campaign-events', '/events'])('is not shown to the public by %s', async (path) => {
    const reader = `Bearer ${await signToken({ roles: ['reader'], tenants: [MALL] })}`;
    for (const authorization of ['', reader])
      expectProblem(await send('GET', `${path}?deleted=true`, undefined, { authorization }), 403, 'role-required');
  });

  it('is found by the filters and orders of any page, which go on from a cursor', async () => {
    const fields = [
      { name: 'Cherry', tags: ['a', 'b'], status: 'draft' },
      { name: 'Apple', tags: ['a'], endDate: '2026-11-12T00:00:00.000Z' },
      { name: 'Banana', startDate: '2026-11-20T00:00:00.000Z' },
    ];
    const ids: number[] = [];
    for (const some of fields) ids.push((await createCampaign(atrium, MALL, some)).id);
    const kept = await createCampaign(atrium, MALL, { name: 'Kept' });
    for (const id of ids) await remove(`/campaign-events/${id}`);
    atrium.clock.setMs = Date.parse('2026-11-15T00:00:00Z');
    const list = '/campaign-events';

    expect(await deleted(list)).toEqual([0, 1, 2]);
    expect(await deleted(list, { sort: '-name' })).toEqual([0, 2, 1]);
    expect(await deleted(list, { name: 'AN' })).toEqual([2]);
    expect(await deleted(list, { tag: 'b' })).toEqual([0]);
    expect(await deleted(list, { status: 'draft' })).toEqual([0]);
    expect(await deleted(list, { state: 'upcoming' })).toEqual([2]);
    expect(await deleted(list, { state: 'ended' })).toEqual([1]);
    expect(await deleted(list, { from: '2026-11-13T00:00:00Z' })).toEqual([0, 2]);
    expect(await deleted(list, { to: '2026-11-13T00:00:00Z' })).toEqual([0, 1]);
    const pages = await listAll(atrium, MALL, `${list}?deleted=true&sort=-endDate`, 1);
    expect(pages.map(({ id }) => id)).toEqual([2, 0, 1]);
    expect((await listAll(atrium, MALL, list)).map(({ id }) => id)).toEqual([kept.id]);

    // A cursor of one list is none of another.
    const { body } = await send('GET', `${list}?deleted=true&limit=1`);
    const after = body.next ?? '';
    expectProblem(await send('GET', withQuery(list, { limit: '1', after })), 400, 'cursor-invalid');
    const events = withQuery('/events', { deleted: 'true', limit: '1', after });
    expectProblem(await send('GET', events), 400, 'cursor-invalid');
  });

  it('is listed with the campaign that it was in', async () => {
    const [one, other] = [await createCampaign(atrium, MALL), await createCampaign(atrium, MALL)];
    const first = await createEvent(atrium, MALL, { campaignEventId: one.id });
    const second = await createEvent(atrium, MALL, { campaignEventId: other.id });
    await remove(`/events/${first.id}`);
    await remove(`/events/${second.id}`);
    expect(await deleted('/events', { campaignEventId: String(other.id) })).toEqual([second.id]);
  });

  it.each([
    ['deleted=yes', 'true or false'],
    ['deleted=true&at=2026-11-10T00:00:00Z', 'goes without'],
    ['deleted=true&revision=1', 'goes without'],
  ])('is asked for by deleted=true and by nothing else, not by %s', async (query, words) => {
    const answer = await send('GET', `/campaign-events?${query}`);
    expectProblem(answer, 400, 'query-invalid');
    expect(JSON.stringify(answer.body.errors)).toContain(words);
  });

  it('is left out by deleted=false', async () => {
    const { id } = await createCampaign(atrium, MALL);
    await remove(`/campaign-events/${(await createCampaign(atrium, MALL)).id}`);
    const { body } = await send('GET', '/campaign-events?deleted=false');
    expect(body.items.map((row) => row.id)).toEqual([id]);
  });
});

describe('a restored campaign', () => {
  it('is back under its id, with the events that went with it and no others', async () => {
    const { id } = await createCampaign(atrium, MALL, { name: 'Back', tags: ['a'], description: 'One\nTwo' });
    const before = await createEvent(atrium, MALL, { campaignEventId: id, name: 'Gone before' });
    const along = await createEvent(atrium, MALL, { campaignEventId: id, name: 'Goes along' });
    const { body: campaign } = await send('GET', `/campaign-events/${id}`);
    await remove(`/events/${before.id}`);
    await remove(`/campaign-events/${id}`);
    atrium.clock.setMs = Date.parse(NOON);
    const answer = await restore(`/campaign-events/${id}/restore`);

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...campaign,
      updatedOn: NOON,
      events: [{ ...along, updatedOn: NOON }],
    });
    const found = await send('GET', `/campaign-events/${id}`);
    expect(found.body).toEqual({ ...campaign, updatedOn: NOON });
    expect(found.headers.get('etag')).toBe(answer.headers.get('etag'));
    expect(await listAll(atrium, MALL, '/events')).toEqual([{ ...along, updatedOn: NOON }]);
    expect(await deleted('/campaign-events')).toEqual([]);
    expect(await deleted('/events')).toEqual([before.id]);
    const { events: _, ...row } = answer.body;
    expect((await listChanges(atrium, MALL)).at(-1)).toMatchObject({
      action: 'restore',
      resource: 'campaign',
      resourceId: id,
      before: null,
      after: { ...row, events: answer.body.events },
    });
  });

  it('is deleted and restored again and again; ids go on', async () => {
    const { id } = await createCampaign(atrium, MALL);
    for (let round = 0; round < 3; round++) {
      await remove(`/campaign-events/${id}`);
      expect((await restore(`/campaign-events/${id}/restore`)).status).toBe(200);
    }
    const last = await createCampaign(atrium, MALL);
    await remove(`/campaign-events/${last.id}`);
    expect((await createCampaign(atrium, MALL)).id).toBeGreaterThan(last.id);
  });

  it('is not restored twice, nor when it was never there', async () => {
    const { id } = await createCampaign(atrium, MALL);
    expectProblem(await restore(`/campaign-events/${id}/restore`), 409, 'not-deleted');
    expectProblem(await restore(`/campaign-events/${id + 7}/restore`), 404, 'not-found');
    expectProblem(await restore(`/events/${id}/restore`), 404, 'not-found');
    expectProblem(await restore('/campaign-events/x/restore'), 400, 'id-malformed');
    expect(await listChanges(atrium, MALL)).toHaveLength(1);
  });

  it('is answered again under the same Idempotency-Key, which is good for that row only', async () => {
    const [one, other] = [await createCampaign(atrium, MALL), await createCampaign(atrium, MALL)];
    for (const { id } of [one, other]) await remove(`/campaign-events/${id}`);
    const headers = { 'idempotency-key': 'once' };
    const first = await restore(`/campaign-events/${one.id}/restore`, headers);
    const again = await restore(`/campaign-events/${one.id}/restore`, headers);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const another = await restore(`/campaign-events/${other.id}/restore`, headers);
    expectProblem(another, 422, 'idempotency-key-reused');
  });

  it('has more events than a statement takes', async () => {
    const events = Array.from({ length: 100 }, (_, index) => ({ ...NOVEMBER, name: `Event ${index}` }));
    const { id } = await createCampaign(atrium, MALL, { events });
    for (const event of events.slice(0, 30)) await createEvent(atrium, MALL, { ...event, campaignEventId: id });
    const all = await listAll(atrium, MALL, '/events');
    await remove(`/campaign-events/${id}`);
    const { body } = await restore(`/campaign-events/${id}/restore`);
    expect(body.events).toHaveLength(130);
    expect(withoutUpdate(await listAll(atrium, MALL, '/events'))).toEqual(withoutUpdate(all));
  });
});

describe('a restored event', () => {
  it('is back in its campaign', async () => {
    const { id: campaignEventId } = await createCampaign(atrium, MALL);
    const event = await createEvent(atrium, MALL, { campaignEventId });
    await remove(`/events/${event.id}`);
    const { status, body } = await restore(`/events/${event.id}/restore`);
    expect(status).toBe(200);
    expect(body).toEqual({ ...event, updatedOn: body.updatedOn });
    expect((await send('GET', `/events/${event.id}`)).body).toEqual(body);
  });

  it('waits for its campaign to be restored first', async () => {
    const { id: campaignEventId } = await createCampaign(atrium, MALL);
    const event = await createEvent(atrium, MALL, { campaignEventId });
    const other = await createEvent(atrium, MALL, { campaignEventId });
    await remove(`/events/${event.id}`);
    await remove(`/campaign-events/${campaignEventId}`);
    for (const { id } of [event, other]) expectProblem(await restore(`/events/${id}/restore`), 409, 'campaign-deleted');
    await restore(`/campaign-events/${campaignEventId}/restore`);
    expect((await restore(`/events/${event.id}/restore`)).status).toBe(200);
    expectProblem(await restore(`/events/${other.id}/restore`), 409, 'not-deleted');
  });

  it('is refused outside of its campaign, unless it is said what becomes of it', async () => {
    const { id: campaignEventId } = await createCampaign(atrium, MALL);
    const event = await createEvent(atrium, MALL, { campaignEventId });
    await remove(`/events/${event.id}`);
    const endDate = '2026-11-10T00:00:00.000Z';
    await send('PATCH', `/campaign-events/${campaignEventId}`, { endDate });
    const refused = await restore(`/events/${event.id}/restore`);
    expectProblem(refused, 422, 'events-outside');
    expect(refused.body.errors[0]?.detail).toContain(`event ${event.id}`);
    expectProblem(await restore(`/events/${event.id}/restore?events=all`), 400, 'query-invalid');

    expect((await restore(`/events/${event.id}/restore?events=keep`)).body.endDate).toBe(event.endDate);
    await remove(`/events/${event.id}`);
    expect((await restore(`/events/${event.id}/restore?events=trim`)).body.endDate).toBe(endDate);
  });
});

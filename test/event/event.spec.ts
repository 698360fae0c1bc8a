import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, type Body, startAtrium } from '../support/atrium.js';
import { expectBadFields, expectProblem } from '../support/problem.js';
import { createCampaign, createEvent, listAll, NO_CONTENT, NOVEMBER } from '../support/rows.js';

const MALL = 'berlin-mall';
const PHASE = { name: 'Phase', startDate: '2026-11-02T00:00:00.000Z', endDate: '2026-11-03T00:00:00.000Z' };

describe('events', () => {
  let atrium: Atrium;
  let campaign: Body;
  beforeAll(async () => {
    atrium = await startAtrium();
    campaign = await createCampaign(atrium, MALL);
  });
  afterAll(() => atrium.close());

  it('counts ids from 0 and gives back what was stored', async () => {
    const created = await atrium.call(MALL, 'POST', '/events', { ...PHASE, campaignEventId: campaign.id });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe('/events/0');
    expect(created.body).toEqual({
      ...PHASE,
      id: 0,
      campaignEventId: campaign.id,
      createdOn: expect.any(String),
      updatedOn: created.body.createdOn,
      ...NO_CONTENT,
    });
    const found = await atrium.call(MALL, 'GET', '/events/0');
    expect(found.body).toEqual(created.body);
    expect(found.headers.get('etag')).toBe(created.headers.get('etag'));
  });

  it('lists the events of one campaign by their start', async () => {
    const own = await createCampaign(atrium, MALL);
    const late = await createEvent(atrium, MALL, { campaignEventId: own.id, startDate: '2026-11-10T00:00:00Z' });
    const early = await createEvent(atrium, MALL, { campaignEventId: own.id, startDate: '2026-11-05T00:00:00Z' });
    const { body } = await atrium.call<Body[]>(MALL, 'GET', `/campaign-events/${own.id}/events`);
    expect(body).toEqual([early, late]);
    const empty = await createCampaign(atrium, MALL);
    expect((await atrium.call(MALL, 'GET', `/campaign-events/${empty.id}/events`)).body).toEqual([]);
  });

  it('replaces with PUT; without campaignEventId the event stays where it is', async () => {
    const event = await createEvent(atrium, MALL, { campaignEventId: campaign.id });
    const answer = await atrium.call(MALL, 'PUT', `/events/${event.id}`, PHASE);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ...event, ...PHASE, updatedOn: expect.any(String) });
    expect((await atrium.call(MALL, 'GET', `/events/${event.id}`)).body).toEqual(answer.body);
  });

  it.each(['application/json', 'application/merge-patch+json'])(
    'changes the fields given with PATCH as %s',
    async (type) => {
      const event = await createEvent(atrium, MALL, { campaignEventId: campaign.id });
      const answer = await atrium.call(
        MALL,
        'PATCH',
        `/events/${event.id}`,
        { endDate: '2026-11-20T00:00:00Z' },
        {
          'content-type': type,
        },
      );
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ ...event, endDate: '2026-11-20T00:00:00.000Z', updatedOn: expect.any(String) });
    },
  );

  it('takes the id of its campaign as text too, in plain digits', async () => {
    const created = await atrium.call(MALL, 'POST', '/events', { ...PHASE, campaignEventId: String(campaign.id) });
    expect([created.status, created.body.campaignEventId]).toEqual([201, campaign.id]);
    const { id } = created.body;
    const other = await createCampaign(atrium, MALL);
    const moved = await atrium.call(MALL, 'PATCH', `/events/${id}`, { campaignEventId: String(other.id) });
    expect([moved.status, moved.body.campaignEventId]).toEqual([200, other.id]);
    for (const text of ['', ' 1', '01', '1.0', '1e0', '-1', '2147483648', 'one'])
      expectBadFields(
        await atrium.call(MALL, 'POST', '/events', { ...PHASE, campaignEventId: text }),
        '#/campaignEventId',
      );
  });

  it.each(['name', 'startDate', 'endDate', 'campaignEventId'])('refuses null for %s', async (field) => {
    const { id } = await createEvent(atrium, MALL, { campaignEventId: campaign.id });
    expectBadFields(await atrium.call(MALL, 'PATCH', `/events/${id}`, { [field]: null }), `#/${field}`);
    expectBadFields(await atrium.call(MALL, 'PUT', `/events/${id}`, { ...PHASE, [field]: null }), `#/${field}`);
  });

  it.each([
    ['starts before it', { startDate: '2026-10-31T23:59:59.999Z' }, '#/startDate'],
    ['ends after it', { endDate: '2026-11-30T23:59:59.001Z' }, '#/endDate'],
    ['lies after it', { startDate: '2026-12-01T00:00:00Z', endDate: '2026-12-02T00:00:00Z' }, '#/startDate'],
    ['lies before it', { startDate: '2026-10-01T00:00:00Z', endDate: '2026-10-02T00:00:00Z' }, '#/startDate'],
  ])('refuses an event outside its campaign: one that %s', async (_, dates, pointer) => {
    const fields = { ...PHASE, ...dates };
    const { id } = await createEvent(atrium, MALL, { campaignEventId: campaign.id });
    expectBadFields(await atrium.call(MALL, 'POST', '/events', { ...fields, campaignEventId: campaign.id }), pointer);
    expectBadFields(await atrium.call(MALL, 'PUT', `/events/${id}`, fields), pointer);
    expectBadFields(await atrium.call(MALL, 'PATCH', `/events/${id}`, { ...PHASE, ...dates }), pointer);
    expectBadFields(
      await atrium.call(MALL, 'POST', '/campaign-events', { ...NOVEMBER, events: [fields] }),
      pointer.replace('#', '#/events/0'),
    );
  });

  it('takes an event as long as its campaign', async () => {
    const { startDate, endDate } = campaign;
    expect(await createEvent(atrium, MALL, { campaignEventId: campaign.id, startDate, endDate })).toMatchObject({
      startDate,
      endDate,
    });
  });

  it('moves an event to another campaign, within whose period it must lie', async () => {
    const event = await createEvent(atrium, MALL, { campaignEventId: campaign.id });
    const sameMonth = await createCampaign(atrium, MALL);
    const december = await createCampaign(atrium, MALL, {
      startDate: '2026-12-01T00:00:00Z',
      endDate: '2026-12-31T00:00:00Z',
    });
    const path = `/events/${event.id}`;
    expectBadFields(await atrium.call(MALL, 'PATCH', path, { campaignEventId: december.id }), '#/startDate');
    const moved = await atrium.call(MALL, 'PATCH', path, { campaignEventId: sameMonth.id });
    expect([moved.status, moved.body.campaignEventId]).toEqual([200, sameMonth.id]);
    const back = await atrium.call(MALL, 'PUT', path, { ...PHASE, campaignEventId: campaign.id });
    expect([back.status, back.body.campaignEventId]).toEqual([200, campaign.id]);
    expect((await atrium.call(MALL, 'GET', `/campaign-events/${sameMonth.id}/events`)).body).toEqual([]);
  });

  it('refuses a campaign that is not there', async () => {
    const { id } = await createEvent(atrium, MALL, { campaignEventId: campaign.id });
    const unknown = { ...PHASE, campaignEventId: 2_147_483_647 };
    for (const [method, path] of [
      ['POST', '/events'],
      ['PUT', `/events/${id}`],
      ['PATCH', `/events/${id}`],
    ] as const) {
      const problem = expectProblem(await atrium.call(MALL, method, path, unknown), 422, 'campaign-event-unknown');
      expect(problem.errors).toEqual([{ pointer: '#/campaignEventId', detail: expect.any(String) }]);
    }
  });

  it.each([-1, 1.5, 2_147_483_648, '0x0', true, [0], ['0'], {}])(
    'refuses %j for campaignEventId',
    async (campaignEventId) => {
      expectBadFields(await atrium.call(MALL, 'POST', '/events', { ...PHASE, campaignEventId }), '#/campaignEventId');
    },
  );

  it('ends the events of a campaign that is shortened, and lets them be renamed still', async () => {
    const own = await createCampaign(atrium, MALL);
    const event = await createEvent(atrium, MALL, { campaignEventId: own.id });
    atrium.clock.setMs = Date.parse('2026-11-10T12:00:00Z');
    try {
      expect(await liveIds(atrium)).toContain(event.id);
      const shortened = await atrium.call(MALL, 'PATCH', `/campaign-events/${own.id}?events=keep`, {
        endDate: '2026-11-10T00:00:00Z',
      });
      expect(shortened.status).toBe(200);
      expect(await liveIds(atrium)).not.toContain(event.id);
      expect((await listAll(atrium, MALL, '/events?state=ended')).map(({ id }) => id)).toContain(event.id);
      const renamed = await atrium.call(MALL, 'PATCH', `/events/${event.id}`, { name: 'Over' });
      expect([renamed.status, renamed.body.name]).toEqual([200, 'Over']);
      expectBadFields(
        await atrium.call(MALL, 'PATCH', `/events/${event.id}`, { startDate: '2026-11-09T00:00:00Z' }),
        '#/endDate',
      );
    } finally {
      atrium.clock.setMs = undefined;
    }
  });

  it('deletes an event and leaves its campaign', async () => {
    const { id } = await createEvent(atrium, MALL, { campaignEventId: campaign.id });
    expect((await atrium.call(MALL, 'DELETE', `/events/${id}`)).status).toBe(204);
    expectProblem(await atrium.call(MALL, 'GET', `/events/${id}`), 404, 'not-found');
    expectProblem(await atrium.call(MALL, 'DELETE', `/events/${id}`), 404, 'not-found');
    expect((await atrium.call(MALL, 'GET', `/campaign-events/${campaign.id}`)).status).toBe(200);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('answers 404 to %s of an event that is not there', async (method) => {
    const body = method.startsWith('P') ? PHASE : undefined;
    expectProblem(await atrium.call(MALL, method, '/events/2147483647', body), 404, 'not-found');
  });
});

async function liveIds(atrium: Atrium): Promise<number[]> {
  const { body } = await atrium.call<Body[]>(MALL, 'GET', '/events/live');
  return body.map(({ id }) => id);
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { expectBadFields, expectProblem } from '../support/problem.js';
import { createCampaign, createEvent, listAll, listChanges, NO_CONTENT, NOVEMBER } from '../support/rows.js';

const MALL = 'berlin-mall';

describe('campaigns', () => {
  let atrium: Atrium;
  beforeAll(async () => {
    atrium = await startAtrium();
  });
  afterAll(() => atrium.close());

  it('counts ids from 0 and gives back what was stored', async () => {
    const created = await atrium.call(MALL, 'POST', '/campaign-events', {
      name: '  Black Friday  ',
      startDate: '2026/11/27 00:00:00',
      endDate: '2026-11-30T23:59:59+01:00',
    });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe('/campaign-events/0');
    expect(created.body).toEqual({
      id: 0,
      name: 'Black Friday',
      startDate: '2026-11-26T23:00:00.000Z',
      endDate: '2026-11-30T22:59:59.000Z',
      createdOn: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedOn: created.body.createdOn,
      ...NO_CONTENT,
    });
    const found = await atrium.call(MALL, 'GET', '/campaign-events/0');
    expect(found.body).toEqual(created.body);
    expect(found.headers.get('etag')).toBe(created.headers.get('etag'));
    expect((await createCampaign(atrium, MALL)).id).toBe(1);
  });

  it('gives an id once only', async () => {
    const { id } = await createCampaign(atrium, MALL);
    await atrium.call(MALL, 'DELETE', `/campaign-events/${id}`);
    expect((await createCampaign(atrium, MALL)).id).toBeGreaterThan(id);
  });

  it('creates a campaign together with its events', async () => {
    const events = [
      { name: 'Early access', startDate: '2026-11-01T00:00:00Z', endDate: '2026-11-10T00:00:00Z' },
      { name: 'The day', startDate: '2026-11-27T00:00:00Z', endDate: '2026-11-27T23:59:59Z' },
      { name: 'Last chance', startDate: '2026-11-28T00:00:00Z', endDate: '2026-11-30T23:59:59Z' },
    ];
    const campaign = await createCampaign(atrium, MALL, { events });
    const made = await atrium.call<unknown[]>(MALL, 'GET', `/campaign-events/${campaign.id}/events`);
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject(events.map(({ name }) => ({ name, campaignEventId: campaign.id })));
    // What the changes tell of them is what they are, ids and all.
    expect((await listChanges(atrium, MALL)).at(-1)).toMatchObject({
      action: 'create',
      resource: 'campaign',
      resourceId: campaign.id,
      after: { ...campaign, events: made.body },
    });
  });

  it('creates all of a campaign or nothing', async () => {
    const before = [await listAll(atrium, MALL, '/campaign-events'), await listAll(atrium, MALL, '/events')];
    const inside = { name: 'Inside', startDate: '2026-11-02T00:00:00Z', endDate: '2026-11-03T00:00:00Z' };
    const answer = await atrium.call(MALL, 'POST', '/campaign-events', {
      ...NOVEMBER,
      events: [inside, { ...inside, endDate: '2026-12-01T00:00:00Z' }],
    });
    expectBadFields(answer, '#/events/1/endDate');
    expect([await listAll(atrium, MALL, '/campaign-events'), await listAll(atrium, MALL, '/events')]).toEqual(before);
  });

  it('takes 100 events with a campaign, not 101, and no list as well as an empty one', async () => {
    const hundred = await createCampaign(atrium, MALL, { events: phases(100) });
    const { body } = await atrium.call<unknown[]>(MALL, 'GET', `/campaign-events/${hundred.id}/events`);
    expect(body).toHaveLength(100);
    const answer = await atrium.call(MALL, 'POST', '/campaign-events', { ...NOVEMBER, events: phases(101) });
    expectBadFields(answer, '#/events');
    await createCampaign(atrium, MALL, { events: [] });
  });

  it('replaces name and period with PUT, and keeps id and createdOn', async () => {
    const campaign = await createCampaign(atrium, MALL);
    const replacement = {
      name: 'Cyber Week',
      startDate: '2026-12-01T00:00:00.000Z',
      endDate: '2026-12-07T00:00:00.000Z',
    };
    const answer = await atrium.call(MALL, 'PUT', `/campaign-events/${campaign.id}`, replacement);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ...campaign, ...replacement, updatedOn: expect.any(String) });
    expect(Date.parse(answer.body.updatedOn)).toBeGreaterThanOrEqual(Date.parse(campaign.updatedOn));
    const found = await atrium.call(MALL, 'GET', `/campaign-events/${campaign.id}`);
    expect(found.body).toEqual(answer.body);
  });

  it('wants every field of a PUT', async () => {
    const { id } = await createCampaign(atrium, MALL);
    const answer = await atrium.call(MALL, 'PUT', `/campaign-events/${id}`, { name: 'Cyber Week' });
    expectBadFields(answer, '#/startDate', '#/endDate');
  });

  it.each(['application/json', 'application/merge-patch+json'])(
    'changes the fields given with PATCH as %s',
    async (type) => {
      const campaign = await createCampaign(atrium, MALL);
      const answer = await atrium.call(
        MALL,
        'PATCH',
        `/campaign-events/${campaign.id}`,
        { name: 'Cyber Week' },
        {
          'content-type': type,
        },
      );
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ ...campaign, name: 'Cyber Week', updatedOn: expect.any(String) });
    },
  );

  it.each(['name', 'startDate', 'endDate'])('refuses null for %s in a PATCH', async (field) => {
    const campaign = await createCampaign(atrium, MALL);
    expectBadFields(
      await atrium.call(MALL, 'PATCH', `/campaign-events/${campaign.id}`, { [field]: null }),
      `#/${field}`,
    );
  });

  it('refuses an end before the start, and names the field that was given', async () => {
    const { id } = await createCampaign(atrium, MALL);
    const path = `/campaign-events/${id}`;
    const backwards = { ...NOVEMBER, startDate: NOVEMBER.endDate, endDate: NOVEMBER.startDate };
    expectBadFields(await atrium.call(MALL, 'POST', '/campaign-events', backwards), '#/endDate');
    expectBadFields(await atrium.call(MALL, 'PUT', path, backwards), '#/endDate');
    expectBadFields(await atrium.call(MALL, 'PATCH', path, { endDate: '2026-10-01T00:00:00Z' }), '#/endDate');
    expectBadFields(await atrium.call(MALL, 'PATCH', path, { startDate: '2026-12-01T00:00:00Z' }), '#/startDate');
  });

  it('takes a campaign that lasts for one instant', async () => {
    const instant = await createCampaign(atrium, MALL, { endDate: NOVEMBER.startDate });
    expect(instant.endDate).toBe(instant.startDate);
  });

  it('deletes a campaign and its events with it', async () => {
    const campaign = await createCampaign(atrium, MALL);
    const event = await createEvent(atrium, MALL, { campaignEventId: campaign.id });
    const other = await createEvent(atrium, MALL, { campaignEventId: (await createCampaign(atrium, MALL)).id });
    const answer = await atrium.call<unknown>(MALL, 'DELETE', `/campaign-events/${campaign.id}`);
    expect([answer.status, answer.body]).toEqual([204, '']);
    for (const path of [
      `/campaign-events/${campaign.id}`,
      `/campaign-events/${campaign.id}/events`,
      `/events/${event.id}`,
    ])
      expectProblem(await atrium.call(MALL, 'GET', path), 404, 'not-found');
    expect((await atrium.call(MALL, 'GET', `/events/${other.id}`)).status).toBe(200);
  });

  it.each([
    ['GET', ''],
    ['GET', '/events'],
    ['PUT', ''],
    ['PATCH', ''],
    ['DELETE', ''],
  ])('answers 404 to %s of a campaign that is not there%s', async (method, suffix) => {
    const body = method.startsWith('P') ? NOVEMBER : undefined;
    expectProblem(await atrium.call(MALL, method, `/campaign-events/2147483647${suffix}`, body), 404, 'not-found');
  });

  it('serves a path with a trailing slash as the same path', async () => {
    const { id } = await createCampaign(atrium, MALL);
    for (const path of ['/campaign-events', '/campaign-events/live', `/campaign-events/${id}`, '/events', '/changes']) {
      const [plain, slashed] = await Promise.all([path, `${path}/`].map((it) => atrium.call(MALL, 'GET', it)));
      expect([slashed?.status, slashed?.body]).toEqual([200, plain?.body]);
    }
  });

  it('answers HEAD like GET, without the body', async () => {
    const { id } = await createCampaign(atrium, MALL);
    for (const path of [
      '/campaign-events',
      '/campaign-events/live',
      `/campaign-events/${id}`,
      '/events/live',
      '/changes',
    ]) {
      const [get, head] = await Promise.all(['GET', 'HEAD'].map((method) => atrium.call<unknown>(MALL, method, path)));
      expect([path, head?.status, head?.body]).toEqual([path, 200, '']);
      for (const name of ['etag', 'vary', 'content-type']) expect(head?.headers.get(name)).toBe(get?.headers.get(name));
    }
  });
});

function phases(length: number): object[] {
  return Array.from({ length }, () => NOVEMBER);
}

import { afterEach, describe, expect, it } from '@jest/globals';
import { type Atrium, type Body, startAtrium } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';
import { listAll } from '../support/rows.js';

const CENTRES = ['riverside', 'sunset-plaza'];
const NO_TENANTS = { TENANTS: '[]' };

describe('the demo', () => {
  let atrium: Atrium;
  afterEach(() => atrium.close());

  it('is two shopping centres in different time zones when there is none and this is not production', async () => {
    atrium = await startAtrium(NO_TENANTS);
    for (const tenant of CENTRES) expect(await listAll(atrium, tenant, '/campaign-events')).not.toEqual([]);
    const midnight = { name: 'Midnight', startDate: '2026/12/01 00:00:00', endDate: '2026/12/01 00:00:00' };
    const made = await Promise.all(CENTRES.map((id) => atrium.call(id, 'POST', '/campaign-events', midnight)));
    expect(made.map(({ body }) => body.startDate)).toEqual(['2026-11-30T23:00:00.000Z', '2026-12-01T08:00:00.000Z']);
  });

  it.each([
    ['there are shopping centres already', {}],
    ['it is switched off', { ...NO_TENANTS, DEMO: 'false' }],
    ['this is production', { ...NO_TENANTS, NODE_ENV: 'production' }],
  ])('is left out when %s', async (_, environment) => {
    atrium = await startAtrium(environment);
    for (const tenant of CENTRES) {
      expectProblem(await atrium.call(tenant, 'GET', '/campaign-events'), 404, 'tenant-unknown');
    }
  });

  it('comes beside other shopping centres when it is asked for', async () => {
    atrium = await startAtrium({ DEMO: 'true' });
    expect(await listAll(atrium, 'riverside', '/campaign-events')).not.toEqual([]);
    expect(await listAll(atrium, 'berlin-mall', '/campaign-events')).toEqual([]);
  });

  it.each(CENTRES)('has campaigns and events past, live and coming: %s', async (tenant) => {
    atrium = await startAtrium(NO_TENANTS);
    for (const path of ['/campaign-events', '/events']) {
      for (const state of ['live', 'upcoming', 'ended']) {
        expect([path, state, (await listAll(atrium, tenant, `${path}?state=${state}`)).length > 0]).toEqual([
          path,
          state,
          true,
        ]);
      }
    }
  });

  it.each([
    ['riverside', 'Black Friday'],
    ['sunset-plaza', 'New Website Launch'],
  ])('has in %s %s, live now, with three events one after the other', async (tenant, name) => {
    atrium = await startAtrium(NO_TENANTS);
    const { body: live } = await atrium.call<Body[]>(tenant, 'GET', '/campaign-events/live');
    const campaign = live.find((it) => it.name === name);
    const { body: events } = await atrium.call<Body[]>(tenant, 'GET', `/campaign-events/${campaign?.id}/events`);
    expect(events).toHaveLength(3);
    expect([events[0]?.startDate, events[2]?.endDate]).toEqual([campaign?.startDate, campaign?.endDate]);
    for (const [index, { startDate }] of events.slice(1).entries()) {
      expect(Date.parse(startDate)).toBe(Date.parse(events[index]?.endDate ?? '') + 1);
    }
    const { body: liveEvents } = await atrium.call<Body[]>(tenant, 'GET', '/events/live');
    expect(liveEvents.filter(({ campaignEventId }) => campaignEventId === campaign?.id)).toHaveLength(1);
  });
});

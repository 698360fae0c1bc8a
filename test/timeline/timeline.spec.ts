import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Atrium, type Body, NOBODY, signToken, startAtrium } from '../support/atrium.js';
import { createCampaign, createEvent } from '../support/rows.js';

const MALL = 'berlin-mall';
const NOON = Date.parse('2026-11-10T12:00:00Z');
const DAY_MS = 86_400_000;

interface Timeline {
  timeZone: string;
  languages: string[];
  campaigns: (Body & { events: Body[] })[];
}

let atrium: Atrium;
beforeEach(async () => {
  atrium = await startAtrium();
  atrium.clock.setMs = NOON;
});
afterEach(() => atrium.close());

function ask<T>(path: string) {
  return atrium.call<T>(MALL, 'GET', path, undefined, { authorization: '' });
}

function days(first: number, last: number) {
  return {
    startDate: new Date(NOON + first * DAY_MS).toISOString(),
    endDate: new Date(NOON + last * DAY_MS).toISOString(),
  };
}

describe('GET /timeline', () => {
  it('holds all that is seen and has not ended, by start and id, whole', async () => {
    const late = await createCampaign(atrium, MALL, { name: 'late', ...days(2, 9) });
    const early = await createCampaign(atrium, MALL, { name: 'early', ...days(-5, 5) });
    await createCampaign(atrium, MALL, { name: 'over', ...days(-5, -1) });
    const cancelled = await createCampaign(atrium, MALL, { name: 'cancelled', status: 'cancelled', ...days(-5, 5) });
    const second = await createEvent(atrium, MALL, { name: '2', campaignEventId: early.id, ...days(1, 2) });
    const first = await createEvent(atrium, MALL, { name: '1', campaignEventId: early.id, ...days(0, 5) });
    await createEvent(atrium, MALL, { name: 'over', campaignEventId: early.id, ...days(-4, -3) });
    const { status, body } = await ask<Timeline>('/timeline');
    expect([status, body]).toEqual([
      200,
      {
        timeZone: 'Europe/Berlin',
        languages: [],
        campaigns: [
          { ...early, events: [first, second] },
          { ...cancelled, events: [] },
          { ...late, events: [] },
        ],
      },
    ]);
    expect((await ask<Body[]>('/campaign-events/live')).body).toEqual([early]);
  });

  it('stays the same when something starts, and changes when something has ended', async () => {
    const { id } = await createCampaign(atrium, MALL, days(1, 4));
    await createEvent(atrium, MALL, { campaignEventId: id, ...days(2, 3) });
    const tags: (string | null)[] = [];
    for (const nowMs of [0, 1, 2, 3]
      .map((day) => NOON + day * DAY_MS)
      .concat(NOON + 3 * DAY_MS + 1, NOON + 4 * DAY_MS)) {
      atrium.clock.setMs = nowMs;
      tags.push((await ask('/timeline')).headers.get('etag'));
    }
    const [atFirst, , , lastOfEvent, afterEvent, lastOfCampaign] = tags;
    expect(new Set(tags.slice(0, 4))).toEqual(new Set([atFirst]));
    expect([lastOfEvent === afterEvent, afterEvent === lastOfCampaign]).toEqual([false, true]);
    atrium.clock.setMs = NOON + 4 * DAY_MS - 2_500;
    expect((await ask('/timeline')).headers.get('cache-control')).toBe('public, max-age=2');
    atrium.clock.setMs = NOON + 4 * DAY_MS + 1;
    expect((await ask<Timeline>('/timeline')).body.campaigns).toEqual([]);
  });

  it('tells of a write, and of a change of the shopping centre, at once', async () => {
    const { id } = await createCampaign(atrium, MALL, days(-1, 1));
    for (const path of ['/timeline', '/tenant']) for (const _ of [0, 1, 2]) await ask(path);
    const before = await ask<Timeline>('/timeline');
    await atrium.call(MALL, 'PATCH', `/campaign-events/${id}`, { name: 'other' });
    expect((await ask<Timeline>('/timeline')).body.campaigns[0]?.name).toBe('other');
    const admin = { authorization: `Bearer ${await signToken({ roles: ['platform-admin'] })}` };
    const fields = { name: 'Other Mall', timeZone: 'Asia/Tokyo', languages: ['de', 'en'] };
    await atrium.call(NOBODY, 'PATCH', `/tenants/${MALL}`, fields, admin);
    const { headers, body } = await ask<Timeline>('/timeline');
    expect(body).toMatchObject({ timeZone: 'Asia/Tokyo', languages: ['de', 'en'] });
    expect([headers.get('x-cache'), headers.get('etag') === before.headers.get('etag')]).toEqual(['memory', false]);
    const centre = await ask('/tenant');
    expect([centre.body, centre.headers.get('x-cache')]).toEqual([{ id: MALL, ...fields }, 'memory']);
  });
});

describe('GET /tenant', () => {
  it('is the centre that is asked, and no more of it', async () => {
    const { status, headers, body } = await ask('/tenant');
    expect([status, body]).toEqual([200, { id: MALL, name: 'Berlin Mall', timeZone: 'Europe/Berlin', languages: [] }]);
    expect(headers.get('cache-control')).toBe('public, max-age=5');
    const other = await atrium.call('york-plaza', 'GET', '/tenant', undefined, { authorization: '' });
    expect(other.body.name).toBe('York Plaza');
  });
});

describe('what is cancelled', () => {
  it('is seen, and never live, and its dates say whether it is to come or over', async () => {
    const { id } = await createCampaign(atrium, MALL, { status: 'cancelled', ...days(1, 2) });
    const event = await createEvent(atrium, MALL, { campaignEventId: id, ...days(1, 2) });
    for (const [day, states] of [
      [0, ['upcoming']],
      [1.5, []],
      [3, ['ended']],
    ] as const) {
      atrium.clock.setMs = NOON + day * DAY_MS;
      for (const [list, row] of [
        ['/campaign-events', id],
        ['/events', event.id],
      ] as const) {
        expect((await ask(`${list}/${row}`)).status).toBe(200);
        expect((await ask<Body[]>(`${list}/live`)).body).toEqual([]);
        const found = [];
        for (const state of ['live', 'upcoming', 'ended'])
          if ((await ask<Body>(`${list}?state=${state}`)).body.items.length > 0) found.push(state);
        expect([list, day, found]).toEqual([list, day, states]);
      }
    }
  });
});

describe('the state of an event', () => {
  it('is upcoming while it starts later, whatever became of its campaign', async () => {
    const { id } = await createCampaign(atrium, MALL, days(-5, 9));
    const { id: event } = await createEvent(atrium, MALL, { campaignEventId: id, ...days(2, 4) });
    const stateOf = async () => {
      const found = [];
      for (const state of ['live', 'upcoming', 'ended'])
        if ((await ask<Body>(`/events?state=${state}`)).body.items.some((row) => row.id === event)) found.push(state);
      return found;
    };
    await atrium.call(MALL, 'PATCH', `/campaign-events/${id}?events=keep`, days(-5, -1));
    expect(await stateOf()).toEqual(['upcoming']);
    atrium.clock.setMs = NOON + 3 * DAY_MS;
    expect(await stateOf()).toEqual(['ended']);
    await atrium.call(MALL, 'PATCH', `/campaign-events/${id}?events=keep`, days(3.5, 9));
    expect(await stateOf()).toEqual(['upcoming']);
    atrium.clock.setMs = NOON + 3.5 * DAY_MS;
    expect(await stateOf()).toEqual(['live']);
  });
});

describe('from and to', () => {
  it('find an event when its own period and that of its campaign both overlap', async () => {
    const { id } = await createCampaign(atrium, MALL, days(0, 9));
    await createEvent(atrium, MALL, { campaignEventId: id, ...days(0, 9) });
    await atrium.call(MALL, 'PATCH', `/campaign-events/${id}?events=keep`, days(3, 5));
    for (const [first, last, count] of [
      [1, 2, 0],
      [1, 3, 1],
      [4, 4, 1],
      [5, 8, 1],
      [6, 8, 0],
    ] as const) {
      const { startDate, endDate } = days(first, last);
      const { body } = await ask<Body>(`/events?from=${startDate}&to=${endDate}`);
      expect([first, last, body.items.length]).toEqual([first, last, count]);
    }
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AtriumTimeline, type AtriumTimelineOptions, type KeptAnswer } from '../../client/src/atrium-timeline.js';
import { type Atrium, signToken, startAtrium } from '../support/atrium.js';
import { createCampaign, createEvent } from '../support/rows.js';

const MALL = 'berlin-mall';
const NOON = Date.parse('2026-11-10T12:00:00Z');
const DAY_MS = 86_400_000;

const at = (ms: number) => new Date(ms).toISOString();

/** A storage that outlives the app. */
function storage() {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (key: string) => JSON.parse(kept.get(key) ?? 'null') as KeptAnswer | null,
    set: async (key: string, answer: KeptAnswer) => void kept.set(key, JSON.stringify(answer)),
  };
}

describe('a phone', () => {
  let atrium: Atrium;
  let statuses: number[];
  beforeEach(async () => {
    statuses = [];
    atrium = await startAtrium({ FRESH_SECONDS: '60' });
    atrium.clock.setMs = NOON;
  });
  afterEach(() => atrium.close());

  const phone = (options: Partial<AtriumTimelineOptions> = {}) =>
    new AtriumTimeline({
      baseUrl: atrium.url,
      tenant: MALL,
      now: () => atrium.clock.now(),
      fetch: async (request) => {
        const response = await fetch(request);
        statuses.push(response.status);
        return response;
      },
      ...options,
    });

  it('knows to the millisecond what is live, and asks only when max-age is over', async () => {
    const { id } = await createCampaign(atrium, MALL, { startDate: at(NOON + 1_000), endDate: at(NOON + DAY_MS) });
    await createEvent(atrium, MALL, {
      campaignEventId: id,
      startDate: at(NOON + 2_000),
      endDate: at(NOON + 3_000),
    });
    const timeline = phone();
    expect(timeline.live()).toEqual({ campaigns: [], events: [] });
    await Promise.all([timeline.refresh(), timeline.refresh()]);
    expect(timeline.nextBoundary(NOON)).toEqual(new Date(NOON + 1_000));
    expect(timeline.nextBoundary(NOON + 2_000)).toEqual(new Date(NOON + 3_001));
    expect(timeline.nextBoundary(NOON + DAY_MS + 1)).toBeUndefined();
    const seen = [];
    for (let ms = 0; ms < 60_000; ms += ms < 4_000 ? 500 : 5_000) {
      atrium.clock.setMs = NOON + ms;
      await timeline.refresh();
      if (ms <= 3_500) seen.push([timeline.live().campaigns.length, timeline.live().events.length].join());
    }
    expect(seen).toEqual(['0,0', '0,0', '1,0', '1,0', '1,1', '1,1', '1,1', '1,0']);
    // The end of the event cuts max-age short: 3 s, then 0 for its last millisecond, then a minute.
    expect(statuses).toEqual([200, 304, 200]);
    atrium.clock.setMs = NOON + 64_001;
    await timeline.refresh();
    expect(statuses).toEqual([200, 304, 200, 304]);
  });

  it('works from its storage after a restart, offline too, and asks with the tag that is there', async () => {
    await createCampaign(atrium, MALL, { name: 'Kept' });
    const store = storage();
    await phone({ store }).refresh();
    const again = phone({ store });
    await again.refresh();
    expect([again.live().campaigns[0]?.name, statuses]).toEqual(['Kept', [200]]);

    atrium.clock.setMs = NOON + 3_600_000;
    const offline = phone({ store, retryBudgetMs: 0, fetch: async () => Promise.reject(new TypeError('no network')) });
    await expect(offline.refresh()).rejects.toThrow('no network');
    expect(offline.live().campaigns[0]?.name).toBe('Kept');

    const online = phone({ store });
    await online.refresh();
    expect(statuses).toEqual([200, 304]);
    await createCampaign(atrium, MALL, { name: 'New' });
    atrium.clock.setMs = NOON + 2 * 3_600_000;
    await online.refresh();
    expect([online.live().campaigns.map(({ name }) => name), statuses]).toEqual([
      ['Kept', 'New'],
      [200, 304, 200],
    ]);
  });

  it('asks again when its clock was set back, and when its storage holds something else', async () => {
    const store = storage();
    const timeline = phone({ store });
    await timeline.refresh();
    atrium.clock.setMs = NOON - DAY_MS;
    await timeline.refresh();
    expect(statuses).toEqual([200, 304]);
    for (const body of ['<html>', '{}', 'null', '{"campaigns":{}}']) {
      for (const [key, kept] of store.kept) store.kept.set(key, JSON.stringify({ ...JSON.parse(kept), body }));
      await phone({ store }).refresh();
    }
    expect(statuses).toEqual([200, 304, 200, 200, 200, 200]);
    await phone({ store: { get: fails, set: fails } }).refresh();
    expect(statuses).toHaveLength(7);
  });

  it('keeps what the service refuses to give anew, and what a token has shown to itself', async () => {
    await createCampaign(atrium, MALL, { name: 'Kept' });
    const store = storage();
    const token = await signToken({ roles: ['reader'], tenants: [MALL] });
    const reader = phone({ store, token });
    await reader.refresh();
    await reader.refresh();
    expect([reader.live().campaigns.length, store.kept.size, statuses]).toEqual([1, 0, [200, 304]]);
    const stranger = phone({ tenant: 'no-such-mall', store });
    await expect(stranger.refresh()).rejects.toMatchObject({ status: 404, code: 'tenant-unknown' });
    expect(stranger.timeline).toBeUndefined();
  });
});

describe('an answer that came through a cache', () => {
  const body = JSON.stringify({ timeZone: 'Europe/Berlin', languages: ['de'], campaigns: [] });
  it.each([
    ['tells its age', { age: '50' }, 10],
    ['tells when it was made', { date: new Date(NOON - 50_000).toUTCString() }, 10],
    ['tells both', { age: '20', date: new Date(NOON - 50_000).toUTCString() }, 10],
    ['is older than it may be: the clock is wrong', { date: new Date(NOON - DAY_MS).toUTCString() }, 60],
    ['is from tomorrow: the clock is wrong', { date: new Date(NOON + DAY_MS).toUTCString() }, 60],
    ['is as old as it may be', { age: '60' }, 0],
    ['may not be used again', { 'cache-control': 'private, no-store' }, 0],
  ])('and %s is used for as long as is left of max-age', async (_, headers, seconds) => {
    let nowMs = NOON;
    let asked = 0;
    const timeline = new AtriumTimeline({
      baseUrl: 'https://atrium.example',
      tenant: MALL,
      now: () => nowMs,
      fetch: async () => {
        asked++;
        return new Response(body, { headers: { 'cache-control': 'public, max-age=60', etag: '"a"', ...headers } });
      },
    });
    await timeline.refresh();
    nowMs = NOON + seconds * 1_000 - 1;
    if (seconds > 0) await timeline.refresh();
    expect(asked).toBe(1);
    nowMs = NOON + seconds * 1_000;
    await timeline.refresh();
    expect(asked).toBe(2);
  });
});

describe('a subscriber', () => {
  const START = NOON + 40 * DAY_MS;
  const row = { id: 0, name: 'Sale', status: 'published', visibleFrom: null, endDate: at(START + DAY_MS) };
  const body = (startMs: number) =>
    JSON.stringify({
      timeZone: 'UTC',
      languages: [],
      campaigns: [{ ...row, startDate: at(startMs), translations: {}, events: [] }],
    });
  let told: number[];
  let failures: string[];
  let asked: number;
  let answer: () => Response;
  let timeline: AtriumTimeline;
  let end: () => void;

  beforeEach(() => {
    jest.useFakeTimers({ now: NOON });
    [told, failures, asked] = [[], [], 0];
    answer = () => new Response(body(START), { headers: { 'cache-control': 'public, max-age=3600', etag: '"a"' } });
    timeline = new AtriumTimeline({
      baseUrl: 'https://atrium.example',
      tenant: MALL,
      retryBudgetMs: 0,
      fetch: async () => {
        asked++;
        return answer();
      },
    });
    end = timeline.subscribe(
      () => told.push(Date.now()),
      (reason) => failures.push(String(reason)),
    );
  });
  afterEach(() => {
    end();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('is told of the first answer, and on the millisecond of a boundary that is further off than a timer reaches', async () => {
    await jest.advanceTimersByTimeAsync(1_000);
    expect(told).toEqual([NOON]);
    // Once an hour, over forty days and the day that follows.
    await jest.advanceTimersByTimeAsync(START - NOON);
    expect(told).toEqual([NOON, ...told.slice(1, -1), START]);
    expect(asked).toBeLessThanOrEqual(40 * 24 + 1);
    expect(timeline.live().campaigns).toHaveLength(1);
  }, 60_000);

  it('is told soon after the clock is set past a boundary, and when it is set back', async () => {
    await jest.advanceTimersByTimeAsync(1_000);
    answer = () => new Response(null, { status: 304, headers: { 'cache-control': 'public, max-age=3600' } });
    told = [];
    jest.setSystemTime(START + 5_000);
    await jest.advanceTimersByTimeAsync(30_000);
    expect([told.length, timeline.live().campaigns.length]).toEqual([1, 1]);
    jest.setSystemTime(NOON);
    await jest.advanceTimersByTimeAsync(30_000);
    expect([told.length, timeline.live().campaigns.length]).toEqual([2, 0]);
  });

  it('is told of failures while asking goes on, at least half a minute apart, and at least a second when nothing is fresh', async () => {
    answer = () => new Response('', { status: 500 });
    await jest.advanceTimersByTimeAsync(1_000);
    // The first answer has come: it is fresh for an hour.
    expect([asked, failures]).toEqual([1, []]);
    await jest.advanceTimersByTimeAsync(3_600_000 + 90_000);
    expect(asked).toBeGreaterThanOrEqual(4);
    expect(asked).toBeLessThanOrEqual(5);
    expect(failures[0]).toContain('500');
    answer = () => new Response(null, { status: 304, headers: { 'cache-control': 'public, max-age=0' } });
    await jest.advanceTimersByTimeAsync(30_000);
    const before = asked;
    await jest.advanceTimersByTimeAsync(10_000);
    expect([asked - before >= 9, asked - before <= 11]).toEqual([true, true]);
    expect(told).toEqual([NOON]);
  });
});

function fails(): never {
  throw new Error('disk full');
}

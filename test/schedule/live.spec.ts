import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Atrium, type Body, startAtrium } from '../support/atrium.js';
import { createCampaign, createEvent, listAll } from '../support/rows.js';

const MALL = 'berlin-mall';
const START = Date.parse('2026-11-27T00:00:00Z');
const END = Date.parse('2026-11-30T00:00:00Z');

let atrium: Atrium;
beforeEach(async () => {
  atrium = await startAtrium();
});
afterEach(() => atrium.close());

async function liveNames(path: string): Promise<string[]> {
  const { status, body } = await atrium.call<Body[]>(MALL, 'GET', path);
  expect(status).toBe(200);
  return body.map(({ name }) => name);
}

function isoDates(startMs: number, endMs: number) {
  return { startDate: new Date(startMs).toISOString(), endDate: new Date(endMs).toISOString() };
}

describe('what is live now', () => {
  it('holds a campaign and its event from the first instant to the last, both included', async () => {
    const campaign = await createCampaign(atrium, MALL, { name: 'Campaign', ...isoDates(START, END) });
    await createEvent(atrium, MALL, { campaignEventId: campaign.id, name: 'Event', ...isoDates(START, END) });
    for (const [nowMs, isLive] of [
      [START - 1, false],
      [START, true],
      [START + 1, true],
      [END - 1, true],
      [END, true],
      [END + 1, false],
      [START, true], // a clock that was set back
    ] as const) {
      atrium.clock.setMs = nowMs;
      expect([nowMs, await liveNames('/campaign-events/live')]).toEqual([nowMs, isLive ? ['Campaign'] : []]);
      expect([nowMs, await liveNames('/events/live')]).toEqual([nowMs, isLive ? ['Event'] : []]);
    }
  });

  it('agrees with the state filter at every instant', async () => {
    const campaign = await createCampaign(atrium, MALL, isoDates(START, END));
    await createCampaign(atrium, MALL, isoDates(START + 1, START + 1));
    await createEvent(atrium, MALL, { campaignEventId: campaign.id, ...isoDates(START, START + 1) });
    await createEvent(atrium, MALL, { campaignEventId: campaign.id, ...isoDates(START + 2, END) });
    for (const nowMs of [START - 1, START, START + 1, START + 2, END, END + 1]) {
      atrium.clock.setMs = nowMs;
      for (const path of ['/campaign-events', '/events']) {
        const { body: live } = await atrium.call<Body[]>(MALL, 'GET', `${path}/live`);
        const inState = await Promise.all(
          ['live', 'upcoming', 'ended'].map((state) => listAll(atrium, MALL, `${path}?state=${state}`)),
        );
        expect(inState[0]).toEqual(live);
        const ids = inState.flat().map(({ id }) => id);
        expect(ids.toSorted((a, b) => a - b)).toEqual([0, 1]); // every row is in one state, and in one only
      }
    }
  });

  it('is in order of start, then of id', async () => {
    for (const [name, startMs] of [
      ['third', START + 1],
      ['first', START],
      ['second', START],
    ] as const)
      await createCampaign(atrium, MALL, { name, ...isoDates(startMs, END) });
    atrium.clock.setMs = START + 1;
    expect(await liveNames('/campaign-events/live')).toEqual(['first', 'second', 'third']);
  });

  it('holds an event only while its campaign is live', async () => {
    const campaign = await createCampaign(atrium, MALL, isoDates(START, END));
    await createEvent(atrium, MALL, { campaignEventId: campaign.id, name: 'Event', ...isoDates(START, END) });
    const inner = isoDates(START + 1_000, END - 1_000);
    await atrium.call(MALL, 'PATCH', `/campaign-events/${campaign.id}?events=keep`, inner);
    for (const [nowMs, names] of [
      [START + 999, []],
      [START + 1_000, ['Event']],
      [END - 1_000, ['Event']],
      [END - 999, []],
    ] as const) {
      atrium.clock.setMs = nowMs;
      expect([nowMs, await liveNames('/events/live')]).toEqual([nowMs, names]);
    }
  });

  it('shows a write at once', async () => {
    atrium.clock.setMs = START;
    expect(await liveNames('/campaign-events/live')).toEqual([]);
    const { id } = await createCampaign(atrium, MALL, { name: 'Old', ...isoDates(START, END) });
    expect(await liveNames('/campaign-events/live')).toEqual(['Old']);
    await atrium.call(MALL, 'PATCH', `/campaign-events/${id}`, { name: 'New' });
    expect(await liveNames('/campaign-events/live')).toEqual(['New']);
    await atrium.call(MALL, 'DELETE', `/campaign-events/${id}`);
    expect(await liveNames('/campaign-events/live')).toEqual([]);
  });

  it('shows a campaign at its instant by the real clock, and no longer than its end', async () => {
    const startMs = Date.now() + 2_000;
    const endMs = startMs + 1_000;
    await createCampaign(atrium, MALL, isoDates(startMs, endMs));
    const seen: { beganMs: number; endedMs: number; isLive: boolean }[] = [];
    while (Date.now() <= endMs + 100) {
      const beganMs = Date.now();
      const { body } = await atrium.call<Body[]>(MALL, 'GET', '/campaign-events/live');
      seen.push({ beganMs, endedMs: Date.now(), isLive: body.length === 1 });
      await delay(2);
    }
    // Asked and answered on one side of an instant, the answer is that side's.
    const outside = seen.filter(({ beganMs, endedMs }) => endedMs < startMs || beganMs > endMs);
    const inside = seen.filter(({ beganMs, endedMs }) => beganMs >= startMs && endedMs <= endMs);
    expect(outside.filter(({ isLive }) => isLive)).toEqual([]);
    expect(inside.filter(({ isLive }) => !isLive)).toEqual([]);
    expect(Math.min(inside.length, outside.length)).toBeGreaterThan(2);
  });
});

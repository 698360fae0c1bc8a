import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DistributedCache } from '../../src/cache/distributed-cache.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { Pods } from '../support/pod.js';
import { createCampaign, createEvent } from '../support/rows.js';

const MALL = 'berlin-mall';
const NOON = Date.parse('2026-11-10T12:00:00Z');
const DAY_MS = 86_400_000;

describe.each(['/campaign-events', '/events'])('a page of %s in a state', (path) => {
  let atrium: Atrium;
  let pods: Pods;
  beforeEach(async () => {
    atrium = await startAtrium({ REVISION_POLL_MS: '600000' });
    atrium.clock.setMs = NOON - 3_000;
    pods = new Pods(atrium);
  });
  afterEach(async () => {
    await pods.close();
    await atrium.close();
  });

  it('bears a tag of its own version and instants, not of what was kept when it was asked for', async () => {
    await plan({ startMs: NOON + DAY_MS });
    await atrium.call(MALL, 'GET', `${path}/live`);
    // Another pod, of which nothing is heard, plans something that starts sooner.
    const other = pods.open();
    await other.create('sooner', { startDate: new Date(NOON), endDate: new Date(NOON + 2 * DAY_MS) });
    await expectTagsToHold('upcoming', [NOON - 1, NOON, NOON + 1]);
  });

  it('is of the instant that its tag names, though one passes while its timeline is fetched', async () => {
    await plan({ startMs: NOON });
    const cache = atrium.app.get(DistributedCache);
    cache.get = () => {
      atrium.clock.setMs = NOON;
      return Promise.resolve(undefined);
    };
    await expectTagsToHold('live', [NOON - 1, NOON, NOON + DAY_MS + 1]);
  });

  it('may not be kept past the next instant, however long its query took', async () => {
    await plan({ startMs: NOON });
    await page('upcoming');
    const database = atrium.app.get(TenantDatabase);
    const read = database.read.bind(database);
    database.read = async (work) => {
      const result = await read(work);
      atrium.clock.setMs = NOON - 1_500;
      return result;
    };
    expect((await page('live')).headers.get('cache-control')).toBe('public, max-age=1');
  });

  /** A request with an old tag gets 304 only for the body that had it. */
  async function expectTagsToHold(state: string, instantsMs: number[]): Promise<void> {
    const bodies = new Map<string | null, unknown>();
    for (const nowMs of instantsMs) {
      atrium.clock.setMs = nowMs;
      const { headers, body } = await page(state);
      const etag = headers.get('etag');
      expect([etag, bodies.get(etag) ?? body.items]).toEqual([etag, body.items]);
      bodies.set(etag, body.items);
    }
    expect(bodies.size).toBeGreaterThan(1);
  }

  function page(state: string) {
    return atrium.call(MALL, 'GET', `${path}?state=${state}`, undefined, { authorization: '' });
  }

  async function plan({ startMs }: { startMs: number }): Promise<void> {
    const dates = { startDate: new Date(startMs).toISOString(), endDate: new Date(startMs + DAY_MS).toISOString() };
    const { id } = await createCampaign(atrium, MALL, dates);
    await createEvent(atrium, MALL, { campaignEventId: id, ...dates });
  }
});

it.each([
  ['is seen', '/events', { startDate: new Date(NOON - DAY_MS), visibleFrom: new Date(NOON) }],
  ['starts', '/events?state=upcoming', { startDate: new Date(NOON) }],
])(
  'a page of events may not be kept past the instant at which one of a shortened campaign %s',
  async (_, path, own) => {
    const atrium = await startAtrium();
    try {
      atrium.clock.setMs = NOON - 60_000;
      const { id } = await createCampaign(atrium, MALL, {});
      const event = { campaignEventId: id, endDate: new Date(NOON + DAY_MS).toISOString(), ...asText(own) };
      await createEvent(atrium, MALL, event);
      await atrium.call(MALL, 'PATCH', `/campaign-events/${id}`, { endDate: new Date(NOON - DAY_MS) });
      const read = () => atrium.call(MALL, 'GET', path, undefined, { authorization: '' });
      atrium.clock.setMs = NOON - 1_500;
      const before = await read();
      expect(before.headers.get('cache-control')).toBe('public, max-age=1');
      atrium.clock.setMs = NOON;
      expect((await read()).body).not.toEqual(before.body);
    } finally {
      await atrium.close();
    }
  },
);

function asText(dates: Record<string, Date>): Record<string, string> {
  return Object.fromEntries(Object.entries(dates).map(([name, date]) => [name, date.toISOString()]));
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, startAtrium } from '../support/atrium.js';

const MALL = 'berlin-mall';

describe('an instant', () => {
  let atrium: Atrium;
  beforeAll(async () => {
    atrium = await startAtrium();
  });
  afterAll(() => atrium.close());

  // A type with steps of 3.33 ms would take some of these for their neighbours.
  it.each([1, 2, 3, 4, 5, 6, 998, 999])('is told from the millisecond before and after it, at .%i', async (ms) => {
    const lastMs = Date.parse('2026-11-27T00:00:00Z') + ms;
    const campaign = {
      name: `Ends at ${ms}`,
      startDate: '2026-11-01T00:00:00Z',
      endDate: new Date(lastMs).toISOString(),
    };
    const created = await atrium.call(MALL, 'POST', '/campaign-events', campaign);
    expect(created.body.endDate).toBe(campaign.endDate);

    expect(await states(ms, lastMs)).toEqual({ live: true, ended: false });
    expect(await states(ms, lastMs + 1)).toEqual({ live: false, ended: true });
    expect(await found(ms, `from=${new Date(lastMs).toISOString()}`)).toBe(true);
    expect(await found(ms, `from=${new Date(lastMs + 1).toISOString()}`)).toBe(false);
  });

  async function states(ms: number, nowMs: number) {
    atrium.clock.setMs = nowMs;
    return { live: await found(ms, 'state=live'), ended: await found(ms, 'state=ended') };
  }

  async function found(ms: number, query: string): Promise<boolean> {
    const { body } = await atrium.call(MALL, 'GET', `/campaign-events?limit=200&${query}`);
    return body.items.some(({ name }) => name === `Ends at ${ms}`);
  }
});

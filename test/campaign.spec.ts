import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, startAtrium } from './support/atrium.js';

describe('campaigns', () => {
  let atrium: Atrium;
  beforeAll(async () => {
    atrium = await startAtrium();
  });
  afterAll(() => atrium.close());

  it('counts ids from 0 and gives back what was stored', async () => {
    const created = await atrium.call('berlin-mall', 'POST', '/campaign-events', {
      name: '  Black Friday  ',
      startDate: '2026/11/27 00:00:00',
      endDate: '2026-11-30T23:59:59+01:00',
    });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe('/campaign-events/0');
    expect(created.body).toMatchObject({
      id: 0,
      name: 'Black Friday',
      startDate: '2026-11-26T23:00:00.000Z',
      endDate: '2026-11-30T22:59:59.000Z',
    });
    const found = await atrium.call('berlin-mall', 'GET', '/campaign-events/0');
    expect(found.body).toEqual(created.body);
    expect(found.headers.get('etag')).toBe(created.headers.get('etag'));
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, type Body, startAtrium } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';
import { createCampaign, createEvent, everything, NOVEMBER } from '../support/rows.js';

const MALL = 'berlin-mall';
const MERGE_PATCH = { 'content-type': 'application/merge-patch+json; charset=utf-8' };

let atrium: Atrium;
let rows: { list: string; path: string; row: Body }[];
beforeAll(async () => {
  atrium = await startAtrium();
  const campaign = await createCampaign(atrium, MALL);
  const event = await createEvent(atrium, MALL, { campaignEventId: campaign.id });
  rows = [
    { list: '/campaign-events', path: `/campaign-events/${campaign.id}`, row: campaign },
    { list: '/events', path: `/events/${event.id}`, row: event },
  ];
});
afterAll(() => atrium.close());

describe('a patch of no fields', () => {
  it.each([{}, MERGE_PATCH])('is answered with the row as it is, and nothing is written (%j)', async (headers) => {
    for (const { path, row } of rows) {
      const before = await everything(atrium, MALL);
      const { headers: read } = await atrium.call(MALL, 'GET', path);
      const answer = await atrium.call(MALL, 'PATCH', path, {}, headers);
      expect([answer.status, answer.body, answer.headers.get('etag')]).toEqual([200, row, read.get('etag')]);
      expect(await everything(atrium, MALL)).toEqual(before);
    }
  });

  it('still needs the row to be there, and to be the one that was read', async () => {
    for (const { list, path } of rows) {
      expectProblem(await atrium.call(MALL, 'PATCH', `${list}/99`, {}), 404, 'not-found');
      expectProblem(await atrium.call(MALL, 'PATCH', path, {}, { 'if-match': '"older"' }), 412, 'stale');
    }
  });
});

it.each(['POST', 'PUT'])('%s takes no merge patch: it needs the whole row', async (method) => {
  for (const { list, path, row } of rows) {
    const body = { ...NOVEMBER, ...(list === '/events' ? { campaignEventId: row.campaignEventId } : {}) };
    const answer = await atrium.call(MALL, method, method === 'POST' ? list : path, body, MERGE_PATCH);
    expectProblem(answer, 415, 'media-type-unsupported');
  }
});

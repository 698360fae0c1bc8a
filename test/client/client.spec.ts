import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AtriumClient as Client,
  AtriumProblem,
  changesAfter,
  createAtriumClient,
  everyPage,
} from '../../client/src/index.js';
import { type Atrium, signToken, startAtrium } from '../support/atrium.js';
import { createCampaign, NOVEMBER } from '../support/rows.js';

const MALL = 'berlin-mall';
const ALWAYS = { name: 'Always on', startDate: '2020-01-01T00:00:00Z', endDate: '2900-01-01T00:00:00Z' };

let atrium: Atrium;
let client: Client;
beforeAll(async () => {
  atrium = await startAtrium();
  const token = await signToken({ roles: ['editor'], tenants: [MALL] });
  client = createAtriumClient({ baseUrl: atrium.url, tenant: MALL, token: () => token });
});
afterAll(() => atrium.close());

describe('the client', () => {
  it('creates a campaign once, however often it is asked under one Idempotency-Key, and lists it as live', async () => {
    const create = () =>
      client.POST('/campaign-events', { body: ALWAYS, params: { header: { 'Idempotency-Key': 'plan-1' } } });
    const [first, second] = [await create(), await create()];
    expect(second.data).toEqual(first.data);
    expect(second.response.headers.get('idempotency-replayed')).toBe('true');
    const { data: live } = await client.GET('/campaign-events/live');
    expect(live?.map(({ name }) => name)).toEqual(['Always on']);
  });

  it('throws a typed problem where somebody else was faster, and changes nothing', async () => {
    const { id } = await createCampaign(atrium, MALL);
    const path = { id };
    const { response } = await client.GET('/campaign-events/{id}', { params: { path } });
    const seen = { 'If-Match': response.headers.get('etag') ?? '' };
    await client.PATCH('/campaign-events/{id}', { params: { path, header: seen }, body: { name: 'First' } });
    const late = client.PATCH('/campaign-events/{id}', { params: { path, header: seen }, body: { name: 'Late' } });
    await expect(late).rejects.toBeInstanceOf(AtriumProblem);
    await expect(late).rejects.toMatchObject({ status: 412, code: 'stale', requestId: expect.any(String) });
    expect((await client.GET('/campaign-events/{id}', { params: { path } })).data?.name).toBe('First');
  });

  it('names the bad fields, and when to try again', async () => {
    const wrong = client.POST('/campaign-events', { body: { ...NOVEMBER, startDate: '2026/02/30 00:00:00' } });
    await expect(wrong).rejects.toMatchObject({
      code: 'fields-invalid',
      errors: [{ pointer: '#/startDate', detail: expect.any(String) }],
    });
    const busy = createAtriumClient({
      baseUrl: atrium.url,
      tenant: MALL,
      fetch: async () => new Response('', { status: 503, headers: { 'retry-after': '5' } }),
    });
    await expect(busy.GET('/events/live')).rejects.toMatchObject({
      status: 503,
      code: 'unknown',
      retryAfterSeconds: 5,
    });
  });

  it('takes a 304 as an answer', async () => {
    const { response } = await client.GET('/campaign-events/live');
    const headers = { 'If-None-Match': response.headers.get('etag') ?? '' };
    expect((await client.GET('/campaign-events/live', { headers })).response.status).toBe(304);
  });

  it('reads every page, and the changes after a revision, each once and in order', async () => {
    for (let count = 0; count < 5; count++) await createCampaign(atrium, MALL, { name: `Campaign ${count}` });
    const ids: number[] = [];
    const pages = everyPage((page) =>
      client.GET('/campaign-events', { params: { query: { ...page, limit: 2, name: 'Campaign' } } }),
    );
    for await (const { name } of pages) ids.push(Number(name.at(-1)));
    expect(ids).toEqual([0, 1, 2, 3, 4]);

    const revisions: number[] = [];
    for await (const { revision } of changesAfter(client, 1)) revisions.push(revision);
    expect(revisions).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });
});

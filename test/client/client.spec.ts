import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AtriumClient as Client,
  AtriumProblem,
  changesAfter,
  createAtriumClient,
  everyPage,
  type KeptAnswer,
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
    const refused = createAtriumClient({
      baseUrl: atrium.url,
      tenant: MALL,
      retryBudgetMs: 0,
      fetch: async () => busy('5'),
    });
    await expect(refused.GET('/events/live')).rejects.toMatchObject({
      status: 503,
      code: 'unknown',
      retryAfterSeconds: 5,
    });
  });

  it('takes a 304 as an answer to a tag of the caller', async () => {
    const { response } = await client.GET('/campaign-events/live');
    const header = { 'If-None-Match': response.headers.get('etag') ?? '' };
    const again = await client.GET('/campaign-events/live', { params: { header } });
    expect([again.response.status, again.data]).toEqual([304, undefined]);
  });

  it('keeps answers by their tags, and gives the new one when something changed', async () => {
    const statuses: number[] = [];
    const kept = new Map<string, KeptAnswer>();
    const guest = createAtriumClient({
      baseUrl: atrium.url,
      tenant: MALL,
      tags: { get: async (key) => kept.get(key), set: async (key, answer) => void kept.set(key, answer) },
      fetch: async (request) => {
        const response = await fetch(request);
        statuses.push(response.status);
        return response;
      },
    });
    const { id } = await createCampaign(atrium, MALL, { name: 'Kept' });
    const params = { path: { id } };
    const names = [];
    for (const name of ['Kept', 'Kept', 'Renamed']) {
      if (name === 'Renamed') await client.PATCH('/campaign-events/{id}', { params, body: { name } });
      names.push((await guest.GET('/campaign-events/{id}', { params })).data?.name);
    }
    expect([names, statuses]).toEqual([
      ['Kept', 'Kept', 'Renamed'],
      [200, 304, 200],
    ]);
    expect(JSON.parse(JSON.stringify([...kept.values()]))).toEqual([
      {
        etag: expect.any(String),
        body: expect.stringContaining('Renamed'),
        contentType: expect.stringContaining('json'),
      },
    ]);
  });

  it('keeps nothing of what a token has shown, and works with a storage that fails', async () => {
    const kept: string[] = [];
    const tags = { get: () => undefined, set: (key: string) => void kept.push(key) };
    const token = await signToken({ roles: ['editor'], tenants: [MALL] });
    const secret = createAtriumClient({ baseUrl: atrium.url, tenant: MALL, token, tags });
    await secret.GET('/events/live');
    expect(kept).toEqual([]);
    const guest = createAtriumClient({ baseUrl: atrium.url, tenant: MALL, tags: { get: fails, set: fails } });
    expect((await guest.GET('/events/live')).response.status).toBe(200);
  });

  it('waits as it is asked to and tries again, within its budget', async () => {
    const { send, atMs } = answers([
      () => busy('1'),
      () => busy(new Date(Date.now() + 1_000).toUTCString()),
      () => Response.json([]),
    ]);
    const patient = createAtriumClient({ baseUrl: atrium.url, tenant: MALL, fetch: send });
    expect((await patient.GET('/events/live')).data).toEqual([]);
    expect((atMs[1] ?? 0) - (atMs[0] ?? 0)).toBeGreaterThanOrEqual(995);
    expect(atMs).toHaveLength(3);

    const long = answers([() => busy('60')]);
    const hasty = createAtriumClient({ baseUrl: atrium.url, tenant: MALL, fetch: long.send });
    await expect(hasty.GET('/events/live')).rejects.toMatchObject({ status: 503, retryAfterSeconds: 60 });
    expect(long.atMs).toHaveLength(1);
  });

  it('sends again after no answer only what may be sent twice', async () => {
    const header = { 'Idempotency-Key': 'once' };
    expect(await attempts((one) => one.GET('/events/live'))).toBe(2);
    expect(await attempts((one) => one.POST('/campaign-events', { body: ALWAYS, params: { header } }))).toBe(2);
    expect(await attempts((one) => one.POST('/campaign-events', { body: ALWAYS }))).toBe(1);
    const params = { path: { id: 0 } };
    expect(await attempts((one) => one.PATCH('/campaign-events/{id}', { params, body: { name: 'x' } }))).toBe(1);
  });

  it('gives up an attempt that takes too long, and a call that is aborted', async () => {
    const options = { baseUrl: atrium.url, tenant: MALL, fetch: neverAnswers };
    const late = createAtriumClient({ ...options, timeoutMs: 50, retryBudgetMs: 0 }).GET('/events/live');
    await expect(late).rejects.toThrow('No answer within 50 ms');
    const controller = new AbortController();
    const aborted = createAtriumClient(options).GET('/events/live', { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('the page was left')), 50);
    await expect(aborted).rejects.toThrow('the page was left');
    const waiting = answers([() => busy('20')]);
    const second = new AbortController();
    const paused = createAtriumClient({ ...options, fetch: waiting.send });
    setTimeout(() => second.abort(new Error('left again')), 50);
    await expect(paused.GET('/events/live', { signal: second.signal })).rejects.toThrow('left again');
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
    expect(revisions).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

function busy(retryAfter: string): Response {
  return new Response('', { status: 503, headers: { 'retry-after': retryAfter } });
}

/** A service that answers in turn, the last one again and again, and the times at which it was asked. */
function answers(turns: (() => Response)[]): { send: () => Promise<Response>; atMs: number[] } {
  const atMs: number[] = [];
  const send = async () => {
    atMs.push(performance.now());
    const turn = turns[Math.min(atMs.length, turns.length) - 1];
    return turn?.() ?? busy('1');
  };
  return { send, atMs };
}

/** How often a call is sent whose first attempt has no answer. */
async function attempts(run: (one: Client) => Promise<unknown>): Promise<number> {
  const { send, atMs } = answers([breaksOff, () => Response.json({})]);
  const one = createAtriumClient({ baseUrl: atrium.url, tenant: MALL, fetch: send });
  await run(one).catch(() => undefined);
  return atMs.length;
}

function fails(): never {
  throw new Error('disk full');
}

function breaksOff(): never {
  throw new TypeError('fetch failed');
}

function neverAnswers(request: Request): Promise<Response> {
  return new Promise((_, reject) => {
    request.signal.addEventListener('abort', () => reject(request.signal.reason as Error));
  });
}

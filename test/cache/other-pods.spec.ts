import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DistributedCache } from '../../src/cache/distributed-cache.js';
import { IdempotentRequest } from '../../src/idempotency/idempotent-request.js';
import { type Atrium, type Body, startAtrium } from '../support/atrium.js';
import { type Pod, Pods } from '../support/pod.js';
import { ALWAYS } from '../support/rows.js';

const MALL = 'berlin-mall';
const LIVE = '/campaign-events/live';
const ROW = '/campaign-events/0';

/** Far away: what is known here was heard of or read, not polled for. */
const REVISION_POLL_MS = '60000';

describe('a pod that did not hear of a write on another', () => {
  let atrium: Atrium;
  let pods: Pods;
  let other: Pod;
  beforeEach(async () => {
    atrium = await startAtrium({ REVISION_POLL_MS });
    pods = new Pods(atrium);
    other = pods.open();
    await other.create('old');
    await other.create('second');
    expect(await names(atrium)).toEqual(['old', 'second']);
    expect((await get(ROW)).body.name).toBe('old');
  });
  afterEach(async () => {
    await pods.close();
    await atrium.close();
  });

  it.each([
    ['a page', 'GET', '/campaign-events', undefined, undefined],
    ['the changes', 'GET', '/changes', undefined, undefined],
    ['the row for an empty patch', 'PATCH', ROW, {}, undefined],
    ['another row', 'GET', '/campaign-events/1', undefined, undefined],
    ['that there is no such row', 'GET', '/campaign-events/9', undefined, undefined],
    ['that the row is another than the caller saw', 'PATCH', ROW, { name: 'mine' }, { 'if-match': '"older"' }],
  ])('shows nothing older once it has read %s', async (_, method, path, body, headers) => {
    await other.rename(0, 'new');
    await atrium.call(MALL, method, path, body, headers);
    expect((await get(ROW)).body.name).toBe('new');
    expect(await names(atrium)).toEqual(['new', 'second']);
  });

  it('has the timelines ready that changed, once a row has told it', async () => {
    await other.rename(0, 'new');
    await get('/campaign-events/1');
    await delay(50);
    const { headers } = await get(LIVE);
    expect([headers.get('x-cache'), await names(atrium)]).toEqual(['memory', ['new', 'second']]);
  });

  it('answers everybody while it comes upon the news', async () => {
    atrium.app.get(DistributedCache).get = () => delay(20, undefined); // whoever asks meanwhile waits for the same load
    await other.rename(0, 'new');
    const row = get('/campaign-events/1');
    const statuses: number[] = [];
    for (let untilMs = Date.now() + 100; Date.now() < untilMs; await delay(2)) statuses.push((await get(LIVE)).status);
    expect([(await row).status, ...new Set(statuses)]).toEqual([200, 200]);
  });

  it('shows what a repeated POST was told was done', async () => {
    const key = randomUUID();
    const fields = { name: 'done elsewhere', ...ALWAYS };
    await new IdempotentRequest('POST /campaign-events', key, fields).run(() => other.create(fields.name));
    const again = await atrium.call(MALL, 'POST', '/campaign-events', fields, { 'idempotency-key': key });
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(await names(atrium)).toContain('done elsewhere');
  });

  function get(path: string) {
    return atrium.call(MALL, 'GET', path);
  }
});

async function names(atrium: Atrium): Promise<string[]> {
  return (await atrium.call<Body[]>(MALL, 'GET', LIVE)).body.map(({ name }) => name);
}

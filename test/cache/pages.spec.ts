import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Memory } from '../../src/cache/memory.js';
import { UnitOfWork } from '../../src/change/unit-of-work.js';
import { type Atrium, NOBODY, signToken, startAtrium, withQuery } from '../support/atrium.js';
import { ALWAYS, createCampaign, createEvent } from '../support/rows.js';

const MALL = 'berlin-mall';
const OTHER = 'york-plaza';
const PATHS = ['/campaign-events', '/events'];
const NOON = Date.parse('2026-11-10T12:00:00Z');
const HOUR_MS = 3_600_000;
/** Goes on to the framework, which compares the tag. */
const UNKNOWN_TAG = { 'if-none-match': '"another"' };

let atrium: Atrium;
beforeEach(async () => {
  atrium = await startAtrium({ REVISION_POLL_MS: '600000' });
});
afterEach(() => atrium.close());

it('a page is kept, in whatever order and spelling its query comes', async () => {
  await createCampaign(atrium, MALL);
  for (const path of PATHS) {
    const first = await page(`${path}?limit=5&name=Fri&tag=b&tag=a`);
    expect(first.origin).toBe('database');
    for (const query of [
      'limit=5&name=Fri&tag=b&tag=a',
      'tag=a&tag=b&name=%46ri&limit=5',
      'limit=5&name=Fri&tag=b&tag=a',
    ])
      for (const headers of [{}, UNKNOWN_TAG])
        expect([query, await page(`${path}?${query}`, headers)]).toEqual([query, { ...first, origin: 'memory' }]);
    const head = await atrium.call(MALL, 'HEAD', `${path}?limit=5&name=Fri&tag=b&tag=a`, undefined, {
      authorization: '',
    });
    expect([head.status, head.headers.get('etag'), head.headers.get('x-cache')]).toEqual([200, first.etag, 'memory']);
  }
});

it('from memory it is the same bytes and tag as from the database, over random queries and instants', async () => {
  await plan();
  const queries = Array.from({ length: 60 }, randomQuery);
  const origins: (string | null)[] = [];
  for (let nowMs = NOON - 5 * HOUR_MS; nowMs <= NOON + 5 * HOUR_MS; nowMs += HOUR_MS / 2) {
    atrium.clock.setMs = nowMs + Math.round(Math.random());
    const some = queries.filter(() => Math.random() < 0.4);
    const kept = [];
    for (const path of some) kept.push(await page(path, Math.random() < 0.3 ? UNKNOWN_TAG : {}));
    origins.push(...kept.map(({ origin }) => origin));
    atrium.app.get(Memory, { strict: false }).pages.forget(MALL);
    for (const [index, path] of some.entries()) {
      const fresh = await page(path);
      expect(['database', 'memory']).toContain(fresh.origin); // memory: the same query twice in one round
      expect([path, nowMs, { ...kept[index], origin: '' }]).toEqual([path, nowMs, { ...fresh, origin: '' }]);
    }
    for (const path of some) expect([path, (await page(path)).origin]).toEqual([path, 'memory']);
  }
  expect(origins).toContain('memory');
  expect(origins).toContain('database');
});

it('a page changes at its boundary, to the millisecond, and back with the clock', async () => {
  const { id } = await createCampaign(atrium, MALL, { ...ALWAYS, startDate: new Date(NOON).toISOString() });
  await createEvent(atrium, MALL, { ...ALWAYS, startDate: new Date(NOON).toISOString(), campaignEventId: id });
  for (const path of PATHS) {
    const seen: [number, number, string | null][] = [];
    for (const nowMs of [NOON - 9_000, NOON - 1, NOON, NOON + 1, NOON - 1]) {
      atrium.clock.setMs = nowMs;
      const { body, origin } = await page(`${path}?state=live`);
      seen.push([nowMs - NOON, body.items.length, origin]);
    }
    expect(seen).toEqual([
      [-9_000, 0, 'database'],
      [-1, 0, 'memory'],
      [0, 1, 'database'],
      [1, 1, 'memory'],
      [-1, 0, 'database'],
    ]);
  }
});

it('a write shows at once, and an editor is never given what is kept', async () => {
  for (let round = 0; round < 3; round++) {
    await createCampaign(atrium, MALL, { name: `seen ${round}` });
    await createCampaign(atrium, MALL, { name: `draft ${round}`, status: 'draft' });
    for (const origin of ['database', 'memory']) {
      const found = await page('/campaign-events');
      expect([found.body.items.length, found.origin]).toEqual([round + 1, origin]);
    }
    const editors = await atrium.call(MALL, 'GET', '/campaign-events');
    expect([editors.body.items.length, editors.headers.get('x-cache')]).toEqual([2 * (round + 1), 'database']);
    expect((await page('/campaign-events')).body.items.length).toBe(round + 1);
  }
});

it('a query with local dates is read anew when the time zone changes, under whatever spelling it is kept', async () => {
  const evening = { startDate: '2026-11-10T20:00:00Z', endDate: '2026-11-10T23:30:00Z' };
  await createCampaign(atrium, MALL, evening);
  const local = '/campaign-events?from=2026/11/11%2000:00:00'; // in Berlin at 23:00 UTC, in London an hour later
  const utc = '/campaign-events?from=2026-11-10T23:00:00Z';
  expect([await length(local), await length(utc), await length(local)]).toEqual([1, 1, 1]);
  const admin = { authorization: `Bearer ${await signToken({ roles: ['platform-admin'] })}` };
  await atrium.call(NOBODY, 'PATCH', `/tenants/${MALL}`, { timeZone: 'Europe/London' }, admin);
  expect([await length(utc), await length(local), await length(local)]).toEqual([1, 0, 0]);
});

it('a query that is refused is not kept', async () => {
  await createCampaign(atrium, MALL);
  await page('/campaign-events');
  const memory = atrium.app.get(Memory, { strict: false });
  const before = memory.entries;
  for (const query of ['limit=0', 'x=1', 'after=abc', 'sort=x', 'status=draft', 'tag=A', 'name=', 'limit=5&limit=6'])
    for (const path of PATHS)
      expect([query, await status(`${path}?${query}`)]).toEqual([query, query === 'status=draft' ? 403 : 400]);
  expect(memory.entries).toBe(before);
});

it('a stranger who makes up queries pushes out no list, row or timeline, nor pages of another shopping centre', async () => {
  await atrium.close();
  atrium = await startAtrium({ CACHE_MEMORY_MB: '1', REVISION_POLL_MS: '600000' });
  for (const tenant of [MALL, OTHER]) {
    for (let index = 0; index < 20; index++)
      await createCampaign(atrium, tenant, { ...ALWAYS, name: `Campaign ${index}`, description: 'Words. '.repeat(50) });
    await createEvent(atrium, tenant, { campaignEventId: 0 });
  }
  const asked = [
    '/campaign-events/live',
    '/events/live',
    '/campaign-events/0',
    '/campaign-events/0/events',
    '/events/0',
  ];
  asked.push('/timeline', '/tenant');
  for (const path of asked) await page(path);
  await page('/campaign-events?limit=3', {}, OTHER);
  const memory = atrium.app.get(Memory, { strict: false });
  const before = memory.pages.bytes;
  let most = 0;
  for (let index = 0; index < 400; index++) {
    expect(
      (await page(`/campaign-events?limit=${1 + (index % 200)}&from=2026-01-01T00:00:${10 + (index % 50)}Z`)).status,
    ).toBe(200);
    most = Math.max(most, memory.pages.bytes - before);
  }
  expect(most).toBeLessThanOrEqual((1024 * 1024) / 32);
  expect(most).toBeGreaterThan((1024 * 1024) / 64);
  for (const path of asked) expect([path, (await page(path, UNKNOWN_TAG)).origin]).toEqual([path, 'memory']);
  expect((await page('/campaign-events?limit=3', {}, OTHER)).origin).toBe('memory');
});

it('who asks at once for the same page waits for one load', async () => {
  await createCampaign(atrium, MALL);
  await page('/timeline');
  const unitOfWork = atrium.app.get(UnitOfWork);
  const read = unitOfWork.read.bind(unitOfWork);
  let reads = 0;
  unitOfWork.read = (work) => {
    reads++;
    return read(work);
  };
  const answers = await Promise.all(Array.from({ length: 20 }, () => page('/campaign-events?name=fri')));
  expect(new Set(answers.map((answer) => `${answer.status} ${answer.etag}`)).size).toBe(1);
  expect(reads).toBe(1);
});

async function page(path: string, headers: Record<string, string> = {}, tenant = MALL) {
  const answer = await atrium.call<{ items: unknown[] }>(tenant, 'GET', path, undefined, {
    authorization: '',
    ...headers,
  });
  const { status, body } = answer;
  const [origin, etag, control] = ['x-cache', 'etag', 'cache-control'].map((name) => answer.headers.get(name));
  return { status, body, origin: origin ?? null, etag: etag ?? null, control };
}

async function length(path: string): Promise<number> {
  return (await page(path)).body.items.length;
}

async function status(path: string): Promise<number> {
  return (await page(path)).status;
}

/** Rows that appear, start and end every hour around noon. */
async function plan(): Promise<void> {
  for (let hour = -4; hour <= 4; hour++) {
    const tags = hour % 2 === 0 ? ['even'] : [];
    const fields = { name: `Row ${hour % 3}`, startDate: at(hour), endDate: at(hour + 2), tags };
    const visibleFrom = hour % 3 === 0 ? at(hour + 1) : null;
    const status = hour === 1 ? 'cancelled' : hour === 2 ? 'draft' : 'published';
    const { id } = await createCampaign(atrium, MALL, { ...fields, visibleFrom, status });
    await createEvent(atrium, MALL, { ...fields, campaignEventId: id });
  }
}

function randomQuery(): string {
  const given = {
    state: pick('live', 'upcoming', 'ended', undefined),
    sort: pick('id', '-id', 'name', '-startDate', undefined),
    limit: pick('1', '3', '50', undefined),
    name: pick('row', '1', undefined, undefined),
    tag: pick('even', undefined, undefined),
    status: pick('published', 'cancelled', undefined, undefined),
    from: pick('2026-11-10T13:00:00Z', '2026/11/10 12:00', undefined, undefined),
  };
  const shown = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return withQuery(pick(...PATHS) ?? '', Object.fromEntries(shown.toSorted(() => Math.random() - 0.5)));
}

function at(hours: number): string {
  return new Date(NOON + hours * HOUR_MS).toISOString();
}

function pick<T>(...values: T[]): T | undefined {
  return values[Math.floor(Math.random() * values.length)];
}

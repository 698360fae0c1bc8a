import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, type Body, NOBODY, signToken, startAtrium } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';
import { createCampaign, createEvent, NOVEMBER } from '../support/rows.js';

const MALL = 'berlin-mall';
const START = Date.parse(NOVEMBER.startDate);
const END = Date.parse(NOVEMBER.endDate);

let atrium: Atrium;
let campaign: Body;
beforeAll(async () => {
  atrium = await startAtrium();
  campaign = await createCampaign(atrium, MALL);
  await createEvent(atrium, MALL, { campaignEventId: campaign.id });
});
afterEach(() => {
  atrium.clock.setMs = undefined;
});
afterAll(() => atrium.close());

function get(path: string, headers: Record<string, string> = {}) {
  return atrium.call<unknown>(MALL, 'GET', path, undefined, { ...asPublic(path), ...headers });
}

/** The headers of a caller without a token, where none is needed. */
function asPublic(path: string): Record<string, string> {
  return path === '/changes' ? {} : { authorization: '' };
}

async function etagOf(path: string): Promise<string> {
  return (await get(path)).headers.get('etag') ?? '';
}

const PATHS = [
  '/campaign-events',
  '/campaign-events?state=live',
  '/campaign-events/live',
  '/campaign-events/0',
  '/campaign-events/0/events',
  '/events',
  '/events?campaignEventId=0',
  '/events/live',
  '/events/0',
  '/timeline',
  '/tenant',
  '/changes',
];

/** All that a 304 bears: the rest is with the answer that was stored. */
const NOT_MODIFIED = ['cache-control', 'date', 'etag', 'vary', 'x-request-id'];

describe.each(PATHS)('GET %s', (path) => {
  it('has a strong ETag, the same until something is written', async () => {
    const [first, second] = [await etagOf(path), await etagOf(path)];
    expect(first).toMatch(/^"[^"]+"$/);
    expect(second).toBe(first);
  });

  it('answers 304 without a body to who has it already', async () => {
    const fresh = await get(path);
    const etag = fresh.headers.get('etag') ?? '';
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, `"x",${etag},"y"`, '*', ' * ']) {
      const answer = await get(path, { 'if-none-match': known });
      expect([known, answer.status, answer.body]).toEqual([known, 304, '']);
      for (const name of ['etag', 'cache-control', 'vary']) {
        expect([name, answer.headers.get(name)]).toEqual([name, fresh.headers.get(name)]);
      }
      expect([...answer.headers.keys()].toSorted()).toEqual(NOT_MODIFIED);
    }
  });

  it('answers 200 to who has something else', async () => {
    const etag = await etagOf(path);
    for (const other of ['"x"', etag.slice(1, -1), etag.replace('"', '"0'), 'W/"x", "y"', '']) {
      expect([other, (await get(path, { 'if-none-match': other })).status]).toEqual([other, 200]);
    }
  });

  it('lets copies live for seconds only, in caches that anyone may share, and none of what takes a token', async () => {
    const cacheControl = path === '/changes' ? /^private, no-store$/ : /^public, max-age=[0-5]$/;
    expect((await get(path)).headers.get('cache-control')).toMatch(cacheControl);
  });
});

describe('the ETag', () => {
  it('of a row stays while other rows are written, that of a list that they are in does not', async () => {
    const dates = { startDate: '2020-01-01T00:00:00Z', endDate: '2900-01-01T00:00:00Z' };
    const own = await createCampaign(atrium, MALL, dates);
    const row = `/campaign-events/${own.id}`;
    const lists = [
      '/campaign-events?sort=-id',
      '/campaign-events/live',
      '/events?sort=-id',
      '/events/live',
      '/timeline',
    ];
    lists.push(`${row}/events`, '/changes');
    const before = [await etagOf(row), ...(await Promise.all(lists.map(etagOf)))];
    await createCampaign(atrium, MALL, dates);
    await createEvent(atrium, MALL, { campaignEventId: own.id, ...dates });
    const after = [await etagOf(row), ...(await Promise.all(lists.map(etagOf)))];
    expect(after[0]).toBe(before[0]);
    for (const [index, list] of lists.entries()) {
      expect([list, after[index + 1] !== before[index + 1]]).toEqual([list, true]);
    }
  });

  it.each(['PUT', 'PATCH'])('of a row is changed by %s, which tells the new one', async (method) => {
    const own = await createCampaign(atrium, MALL);
    const before = await etagOf(`/campaign-events/${own.id}`);
    const answer = await atrium.call(MALL, method, `/campaign-events/${own.id}`, NOVEMBER);
    expect(answer.headers.get('etag')).not.toBe(before);
    expect(await etagOf(`/campaign-events/${own.id}`)).toBe(answer.headers.get('etag'));
  });

  it('of one shopping centre is never that of another, whose writes are as many', async () => {
    const two = await startAtrium();
    try {
      const tags = await Promise.all(
        ['berlin-mall', 'york-plaza'].map((tenant) => two.call(tenant, 'GET', '/campaign-events')),
      );
      expect(tags[0]?.headers.get('etag')).not.toBe(tags[1]?.headers.get('etag'));
      expect(tags.map(({ body }) => body)).toEqual([
        { items: [], next: null },
        { items: [], next: null },
      ]);
    } finally {
      await two.close();
    }
  });

  it.each(['/campaign-events/live', '/events/live', '/campaign-events?state=live', '/events?state=ended'])(
    'of %s changes when something starts or ends, and only then',
    async (path) => {
      const own = await startAtrium();
      try {
        const { id } = await createCampaign(own, MALL);
        await createEvent(own, MALL, { campaignEventId: id, startDate: NOVEMBER.startDate, endDate: NOVEMBER.endDate });
        const seen: { etag: string | null; body: string }[] = [];
        for (const nowMs of [START - 86_400_000, START - 1, START, END, END + 1, END + 86_400_000]) {
          own.clock.setMs = nowMs;
          const { headers, body } = await own.call(MALL, 'GET', path, undefined, { authorization: '' });
          seen.push({ etag: headers.get('etag'), body: JSON.stringify(body) });
        }
        const [longBefore, before, atStart, atEnd, after, longAfter] = seen;
        expect([before, atEnd, longAfter]).toEqual([longBefore, atStart, after]);
        // The same bytes have the same tag, and no others.
        const tags = new Set(seen.map(({ etag }) => etag));
        expect(tags.size).toBe(2);
        expect(new Set(seen.map(({ etag, body }) => `${etag} ${body}`)).size).toBe(2);
      } finally {
        await own.close();
      }
    },
  );
});

it('no tag tells of revision, epoch or instants', async () => {
  for (const path of PATHS) {
    expect([path, await etagOf(path)]).toEqual([path, expect.stringMatching(/^"[\w-]{22}"$/)]);
  }
});

it('the tag of a list changes with all that its rows depend on, also with the time zone of local dates', async () => {
  const own = await startAtrium();
  try {
    const evening = { startDate: '2026-11-10T20:00:00Z', endDate: '2026-11-10T23:30:00Z' };
    await createCampaign(own, MALL, evening);
    const asked = '/campaign-events?from=2026/11/11%2000:00:00'; // midnight: in Berlin at 23:00 UTC, in London an hour later
    const read = () => own.call(MALL, 'GET', asked, undefined, { authorization: '' });
    const before = await read();
    const admin = { authorization: `Bearer ${await signToken({ roles: ['platform-admin'] })}` };
    await own.call(NOBODY, 'PATCH', `/tenants/${MALL}`, { timeZone: 'Europe/London' }, admin);
    const after = await read();
    expect([before.body.items.length, after.body.items.length]).toEqual([1, 0]);
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
  } finally {
    await own.close();
  }
});

describe('max-age', () => {
  it.each(['/campaign-events/live', '/events/live', '/campaign-events?state=upcoming', '/events?state=live'])(
    'of %s never reaches past the next boundary',
    async (path) => {
      const own = await startAtrium();
      try {
        const { id } = await createCampaign(own, MALL);
        await createEvent(own, MALL, { campaignEventId: id, startDate: NOVEMBER.startDate, endDate: NOVEMBER.endDate });
        for (const [boundaryMs, aheadMs] of [START, END + 1].flatMap((at) =>
          [1, 999, 1_000, 1_001, 2_500, 4_999, 60_000].map((ahead) => [at, ahead] as const),
        )) {
          own.clock.setMs = boundaryMs - aheadMs;
          const { headers } = await own.call(MALL, 'GET', path, undefined, { authorization: '' });
          const seconds = Number(/^public, max-age=(\d+)$/.exec(headers.get('cache-control') ?? '')?.[1]);
          expect([aheadMs, seconds * 1_000 <= aheadMs]).toEqual([aheadMs, true]);
          expect([aheadMs, seconds > 0]).toEqual([aheadMs, aheadMs >= 1_000]);
        }
      } finally {
        await own.close();
      }
    },
  );
});

describe('what is live of a campaign that was shortened', () => {
  it('stands until the campaign starts or ends, not until its events do', async () => {
    const own = await startAtrium();
    try {
      const { id } = await createCampaign(own, MALL);
      await createEvent(own, MALL, { campaignEventId: id, startDate: NOVEMBER.startDate, endDate: NOVEMBER.endDate });
      const dates = {
        startDate: new Date(START + 60_000).toISOString(),
        endDate: new Date(END - 60_000).toISOString(),
      };
      await own.call(MALL, 'PATCH', `/campaign-events/${id}?events=keep`, dates);
      for (const [beforeMs, afterMs] of [
        [START + 59_000, START + 60_000],
        [END - 60_500, END - 59_999],
      ] as const) {
        const seen: (string | null)[] = [];
        for (const nowMs of [beforeMs, afterMs]) {
          own.clock.setMs = nowMs;
          const { headers } = await own.call(MALL, 'GET', '/events/live', undefined, { authorization: '' });
          seen.push(headers.get('etag'), headers.get('cache-control'));
        }
        const [tagBefore, cacheBefore, tagAfter] = seen;
        expect(tagAfter).not.toBe(tagBefore);
        expect(cacheBefore).toMatch(/max-age=[01]$/);
      }
    } finally {
      await own.close();
    }
  });
});

describe.each(['/campaign-events', '/events'])('If-Match on a row of %s', (collection) => {
  let path: string;
  let etag: string;
  beforeAll(async () => {
    const made =
      collection === '/events'
        ? await createEvent(atrium, MALL, { campaignEventId: 0 })
        : await createCampaign(atrium, MALL);
    path = `${collection}/${made.id}`;
  });

  async function send(method: string, ifMatch: string) {
    return atrium.call(MALL, method, path, method === 'DELETE' ? undefined : WITHIN, { 'if-match': ifMatch });
  }

  it.each(['PUT', 'PATCH', 'DELETE'])(
    'refuses %s of who has not seen the last change, and changes nothing',
    async (method) => {
      const old = await etagOf(path);
      await atrium.call(MALL, 'PATCH', path, { name: 'Changed meanwhile' });
      etag = await etagOf(path);
      for (const tag of [old, '"x"', `W/${etag}`, `${old}, "x"`, 'nonsense']) {
        expectProblem(await send(method, tag), 412, 'stale');
      }
      const now = await get(path);
      expect([now.headers.get('etag'), now.body]).toEqual([
        etag,
        expect.objectContaining({ name: 'Changed meanwhile' }),
      ]);
    },
  );

  it.each(['PUT', 'PATCH'])('lets %s of who has seen it through, alone, in a list, or as *', async (method) => {
    for (const tag of ['own', 'list', '*']) {
      const current = await etagOf(path);
      const ifMatch = { own: current, list: `"x", ${current}`, '*': '*' }[tag] ?? '';
      const answer = await send(method, ifMatch);
      expect([tag, answer.status]).toEqual([tag, 200]);
      expect(answer.headers.get('etag')).not.toBe(current);
    }
  });

  it('lets one of two through who both saw the same', async () => {
    const seen = await etagOf(path);
    const answers = await Promise.all([send('PUT', seen), send('PATCH', seen), send('PUT', seen)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412]);
  });

  it('answers 404, not 412, when there is no such row', async () => {
    const answer = await atrium.call(MALL, 'PUT', `${collection}/2147483647`, WITHIN, { 'if-match': '"x"' });
    expectProblem(answer, 404, 'not-found');
  });

  it('answers PUT, PATCH and DELETE 412 that are for a row other than this (If-None-Match), and changes nothing', async () => {
    const current = await etagOf(path);
    const before = (await get(path)).body;
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      for (const known of ['*', ' * ', current, `W/${current}`, `"x", ${current}`]) {
        const body = method === 'DELETE' ? undefined : WITHIN;
        for (const headers of [{}, { 'if-match': current }] as Record<string, string>[])
          expectProblem(
            await atrium.call(MALL, method, path, body, { ...headers, 'if-none-match': known }),
            412,
            'stale',
          );
      }
    }
    expectProblem(await atrium.call(MALL, 'PATCH', path, {}, { 'if-none-match': '*' }), 412, 'stale');
    const stale = await atrium.call(MALL, 'PUT', path, WITHIN, { 'if-match': '"x"', 'if-none-match': '*' });
    expectProblem(stale, 412, 'stale'); // RFC 9110, section 13.2.2: If-Match comes first
    expect([await etagOf(path), (await get(path)).body]).toEqual([current, before]);
  });

  it('lets PUT and PATCH through whose If-None-Match names another, and finds no row that is not there', async () => {
    for (const method of ['PUT', 'PATCH'])
      expect((await atrium.call(MALL, method, path, WITHIN, { 'if-none-match': '"x", W/"y"' })).status).toBe(200);
    const nowhere = await atrium.call(MALL, 'PUT', `${collection}/2147483647`, WITHIN, { 'if-none-match': '*' });
    expectProblem(nowhere, 404, 'not-found');
  });

  it('lets DELETE of who has seen it through', async () => {
    expect((await send('DELETE', await etagOf(path))).status).toBe(204);
    expectProblem(await send('DELETE', '*'), 404, 'not-found');
  });
});

const WITHIN = { name: 'Replaced', startDate: '2026-11-10T00:00:00Z', endDate: '2026-11-11T00:00:00Z' };

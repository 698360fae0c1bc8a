import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RouteTable } from '../../src/auth/route-table.js';
import { type Answer, type Atrium, type Body, signToken, startAtrium } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';
import { KEPT, operationsOf } from '../support/openapi.js';
import { createCampaign, createEvent } from '../support/rows.js';

const MALL = 'berlin-mall';
const NOON = Date.parse('2026-11-10T12:00:00Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function at(ms: number): string {
  return new Date(ms).toISOString();
}

/** By what hides a row, its fields. */
const HIDING: Record<string, object> = {
  'a draft': { status: 'draft' },
  'a draft whose time to be shown has come': { status: 'draft', visibleFrom: at(NOON - 9 * DAY_MS) },
  'not shown yet': { visibleFrom: at(NOON + HOUR_MS) },
  'cancelled and not shown yet': { status: 'cancelled', visibleFrom: at(NOON + HOUR_MS) },
};
const PERIODS: Record<string, { startDate: string; endDate: string }> = {
  'is on now': { startDate: at(NOON - DAY_MS), endDate: at(NOON + DAY_MS) },
  'is to come': { startDate: at(NOON + DAY_MS), endDate: at(NOON + 2 * DAY_MS) },
  'is over': { startDate: at(NOON - 3 * DAY_MS), endDate: at(NOON - 2 * DAY_MS) },
};
const WIDE = { startDate: at(NOON - 10 * DAY_MS), endDate: at(NOON + 10 * DAY_MS) };

/** A row that the public must not see, and the words that would give it away. */
interface Hidden {
  kind: string;
  name: string;
  id: number;
  list: '/campaign-events' | '/events';
  campaignId: number;
}

type Caller = 'nobody' | 'a reader' | 'a lone platform-admin' | 'an editor' | 'an editor of another' | 'a forger';
const CALLERS: Record<Caller, { headers: () => Promise<Record<string, string>>; sees: 'public' | 'all' | 401 | 403 }> =
  {
    nobody: { headers: async () => ({ authorization: '' }), sees: 'public' },
    'a reader': { headers: () => bearing({ roles: ['reader'], tenants: [MALL] }), sees: 'public' },
    'a lone platform-admin': { headers: () => bearing({ roles: ['platform-admin'], tenants: [MALL] }), sees: 'public' },
    'an editor': { headers: () => bearing({ roles: ['reader', 'editor'], tenants: [MALL] }), sees: 'all' },
    'an editor of another': { headers: () => bearing({ roles: ['editor'], tenants: ['york-plaza'] }), sees: 403 },
    'a forger': { headers: async () => ({ authorization: 'Bearer x.y.z' }), sees: 401 },
  };

async function bearing(claims: object): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await signToken({ ...claims })}` };
}

const FILTERS = [
  '',
  'state=live',
  'state=upcoming',
  'state=ended',
  'name=hidden',
  'tag=hidden',
  'status=published',
  'status=cancelled',
  'sort=-name',
  'sort=startDate',
  'sort=-endDate',
  `from=${at(NOON - 20 * DAY_MS)}&to=${at(NOON + 20 * DAY_MS)}`,
];

/** How each read route is asked about a hidden row, and whether editors find it there. */
const PROBES: Record<string, { paths: (row: Hidden) => string[]; forEditors: 'shown' | 'as to the public' }> = {
  '/campaign-events': { paths: () => FILTERS.map((filter) => `/campaign-events?${filter}`), forEditors: 'shown' },
  '/campaign-events/live': { paths: () => ['/campaign-events/live'], forEditors: 'as to the public' },
  '/campaign-events/:id': {
    paths: ({ list, id }) => (list === '/campaign-events' ? [`/campaign-events/${id}`] : []),
    forEditors: 'shown',
  },
  '/campaign-events/:id/events': {
    paths: ({ campaignId }) => [`/campaign-events/${campaignId}/events`],
    forEditors: 'shown',
  },
  '/events': {
    paths: ({ campaignId }) => [...FILTERS, `campaignEventId=${campaignId}`].map((filter) => `/events?${filter}`),
    forEditors: 'shown',
  },
  '/events/live': { paths: () => ['/events/live'], forEditors: 'as to the public' },
  '/events/:id': { paths: ({ list, id }) => (list === '/events' ? [`/events/${id}`] : []), forEditors: 'shown' },
  '/timeline': { paths: () => ['/timeline'], forEditors: 'as to the public' },
  '/timeline/stream': { paths: () => ['/timeline/stream'], forEditors: 'as to the public' },
  '/tenant': { paths: () => ['/tenant'], forEditors: 'as to the public' },
};

describe('what the public must not see', () => {
  let atrium: Atrium;
  const hidden: Hidden[] = [];
  let seen: Body;

  beforeAll(async () => {
    atrium = await startAtrium();
    atrium.clock.setMs = NOON;
    seen = await createCampaign(atrium, MALL, { name: 'seen', ...WIDE });
    await createEvent(atrium, MALL, { name: 'seen event', campaignEventId: seen.id, ...WIDE });
    let count = 0;
    for (const [why, fields] of Object.entries(HIDING)) {
      for (const [when, period] of Object.entries(PERIODS)) {
        if ('visibleFrom' in fields && when === 'is over' && why !== 'a draft whose time to be shown has come')
          continue;
        const content = { ...fields, ...period, tags: ['hidden'] };
        const name = () => `hidden-${String(++count).padStart(3, '0')}`;
        const campaign = await createCampaign(atrium, MALL, { ...content, name: name() });
        const kind = `${why}, and ${when}`;
        hidden.push({ ...campaign, kind: `a campaign: ${kind}`, list: '/campaign-events', campaignId: campaign.id });
        // Published itself, and hidden with its campaign.
        const within = await createEvent(atrium, MALL, { ...period, name: name(), campaignEventId: campaign.id });
        hidden.push({ ...within, kind: `an event of a campaign: ${kind}`, list: '/events', campaignId: campaign.id });
        const event = await createEvent(atrium, MALL, { ...content, name: name(), campaignEventId: seen.id });
        hidden.push({ ...event, kind: `an event: ${kind}`, list: '/events', campaignId: seen.id });
      }
    }
  });
  afterEach(() => {
    atrium.clock.setMs = NOON;
  });
  afterAll(() => atrium.close());

  const ask = async (path: string, caller: Caller, headers: Record<string, string> = {}) =>
    atrium.call<unknown>(MALL, 'GET', path, undefined, { ...(await CALLERS[caller].headers()), ...headers });

  /** Every page, behind each other: each hands out a cursor. */
  async function askAll(path: string, caller: Caller): Promise<Answer<unknown>[]> {
    const answers = [];
    for (let next: string | null = ''; next !== null;) {
      const after: string = next && `&after=${encodeURIComponent(next)}`;
      const answer = await ask(path.includes('?') ? `${path}&limit=2${after}` : path, caller);
      answers.push(answer);
      next = path.includes('?') && answer.status === 200 ? ((answer.body as Body).next ?? null) : null;
    }
    return answers;
  }

  it('has a probe for every route that reads', () => {
    const routes = atrium.app.get(RouteTable, { strict: false }).ofTenants();
    const reads = routes.filter(({ method, access }) => method === 'GET' && access === 'read').map(({ path }) => path);
    expect(reads.toSorted()).toEqual(Object.keys(PROBES).toSorted());
  });

  it('is nowhere for them, and everywhere for editors, but for what is shown to all alike', async () => {
    const wrong: string[] = [];
    const asked = new Map<string, Answer<unknown>[]>();
    // The second answer comes from what was kept for the first.
    const askTwice = async (path: string, caller: Caller) => {
      const key = `${caller} ${path}`;
      const answers = asked.get(key) ?? [...(await askAll(path, caller)), ...(await askAll(path, caller))];
      asked.set(key, answers);
      return answers;
    };
    let cells = 0;
    for (const [route, { paths, forEditors }] of Object.entries(PROBES)) {
      for (const caller of Object.keys(CALLERS) as Caller[]) {
        for (const row of hidden) {
          cells++;
          const found: boolean[] = [];
          for (const path of paths(row)) {
            for (const { status, headers, body } of await askTwice(path, caller)) {
              const { sees } = CALLERS[caller];
              const isGone =
                route.endsWith('/:id') ||
                (route.endsWith('/events') && row.campaignId !== seen.id && route !== '/events');
              const expected = typeof sees === 'number' ? sees : sees === 'public' && isGone ? 404 : 200;
              if (status !== expected) wrong.push(`${caller}: ${path} is answered ${status} (${row.kind})`);
              if (caller !== 'nobody' && status === 200 && headers.get('cache-control') !== 'private, no-store')
                wrong.push(`${caller}: ${path} may be kept by caches`);
              const next = (body as Body).next?.split('.')[0] ?? '';
              const text = JSON.stringify(body) + Buffer.from(next, 'base64url').toString();
              found.push(status === 200 && text.includes(row.name));
            }
          }
          const isShown = CALLERS[caller].sees === 'all' && forEditors === 'shown';
          if (!isShown && found.includes(true)) wrong.push(`${caller} finds ${row.kind}: ${route}`);
          const isListed = paths(row).length > 0 && (route !== '/campaign-events' || row.list === route);
          const isOwn = route !== '/campaign-events/:id/events' || row.list === '/events';
          if (isShown && isListed && isOwn && !found.includes(true))
            if (route !== '/events' || row.list === route) wrong.push(`${caller} misses ${row.kind}: ${route}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(cells).toBe(Object.keys(PROBES).length * Object.keys(CALLERS).length * hidden.length);
    process.stdout.write(`visibility: ${cells} cells, ${[...asked.values()].flat().length} answers\n`);
  });

  it('is not to be had by asking for another moment, which is for editors', async () => {
    const paths = operationsOf(KEPT)
      .filter(({ method }) => method === 'GET')
      .filter(({ parameters = [] }) => parameters.some(({ name }) => name === 'at' || name === 'revision'))
      .map(({ path }) => path.replace('{id}', '0'));
    expect(paths.length).toBe(Object.keys(PROBES).length - 2); // all but /tenant, which is no row, and the stream, which tells of now
    const moments = ['revision=1', `at=${at(NOON)}`, `at=${at(NOON + 2 * HOUR_MS)}`];
    for (const path of paths)
      for (const moment of moments)
        for (const caller of Object.keys(CALLERS) as Caller[]) {
          const { sees } = CALLERS[caller];
          const { status, headers } = await ask(`${path}?${moment}`, caller);
          const expected = sees === 'all' ? [200, 404] : [sees === 'public' ? 403 : sees];
          expect([path, moment, caller, expected]).toEqual([path, moment, caller, expect.arrayContaining([status])]);
          expect(headers.get('cache-control')).toContain('no-store');
        }
    // What is shown to all alike stays so at another moment: no draft, and nothing before its time.
    for (const path of ['/campaign-events/live', '/events/live', '/timeline']) {
      const { body } = await ask(`${path}?at=${at(NOON)}`, 'an editor');
      expect([path, body]).toEqual([path, (await ask(path, 'nobody')).body]);
    }
  });

  it('is to the public as what was never there', async () => {
    for (const { list, id, kind } of hidden) {
      const hiddenAnswer = expectProblem(await ask(`${list}/${id}`, 'nobody'), 404, 'not-found');
      const missing = expectProblem(await ask(`${list}/999999`, 'nobody'), 404, 'not-found');
      expect([kind, hiddenAnswer.detail]).toEqual([kind, missing.detail.replace('999999', String(id))]);
      for (const known of ['*', '"x"'])
        expectProblem(await ask(`${list}/${id}`, 'nobody', { 'if-none-match': known }), 404, 'not-found');
    }
  });

  it('moves no tag and no max-age of theirs at its instants', async () => {
    const paths = [
      '/campaign-events/live',
      '/events/live',
      '/timeline',
      `/campaign-events/${seen.id}/events`,
      ...['/campaign-events', '/events'].flatMap((list) =>
        ['', '?state=live', '?state=upcoming', '?state=ended'].map((it) => list + it),
      ),
    ];
    // Of what is hidden, something starts or ends at each of these; and nothing is shown until an hour from now.
    const instants = [NOON - 3 * DAY_MS, NOON - 2 * DAY_MS, NOON - DAY_MS].flatMap((ms) => [ms - 1, ms, ms + 1]);
    for (const path of paths) {
      const answers = [];
      for (const nowMs of [...instants, NOON, NOON + HOUR_MS - 5_000]) {
        atrium.clock.setMs = nowMs;
        const { headers } = await ask(path, 'nobody');
        answers.push(`${headers.get('etag')} ${headers.get('cache-control')}`);
      }
      expect([path, new Set(answers).size, answers[0]]).toEqual([
        path,
        1,
        expect.stringMatching(/ public, max-age=5$/),
      ]);
    }
  });

  it('is there for them from its instant on, to the millisecond, and max-age reaches up to it', async () => {
    const campaign = hidden.find(({ kind }) => kind === 'a campaign: not shown yet, and is on now');
    const event = hidden.find(({ kind }) => kind === 'an event: not shown yet, and is on now');
    const within = hidden.find(({ kind }) => kind === 'an event of a campaign: not shown yet, and is on now');
    for (const [path, names] of [
      ['/campaign-events/live', [campaign?.name]],
      ['/events/live', [event?.name, within?.name]],
      ['/timeline', [campaign?.name, event?.name, within?.name]],
      [`/campaign-events/${seen.id}/events`, [event?.name]],
      ['/campaign-events?state=live', [campaign?.name]],
      ['/events?limit=200', [event?.name, within?.name]],
    ] as const) {
      for (const [beforeMs, age] of [
        [60_000, 5],
        [4_999, 4],
        [1_000, 1],
        [1, 0],
        [0, 5],
      ] as const) {
        atrium.clock.setMs = NOON + HOUR_MS - beforeMs;
        const { headers, body } = await ask(path, 'nobody');
        const found = names.map((name) => JSON.stringify(body).includes(name ?? '?'));
        expect([path, beforeMs, found]).toEqual([path, beforeMs, names.map(() => beforeMs === 0)]);
        expect([path, beforeMs, headers.get('cache-control')]).toEqual([path, beforeMs, `public, max-age=${age}`]);
      }
    }
    for (const row of [campaign, event, within]) {
      atrium.clock.setMs = NOON + HOUR_MS - 1;
      expect((await ask(`${row?.list}/${row?.id}`, 'nobody')).status).toBe(404);
      atrium.clock.setMs = NOON + HOUR_MS;
      expect((await ask(`${row?.list}/${row?.id}`, 'nobody')).status).toBe(200);
    }
  });

  it('is asked for with status=draft by editors only', async () => {
    for (const list of ['/campaign-events', '/events']) {
      for (const caller of ['nobody', 'a reader', 'a lone platform-admin'] as const)
        expectProblem(await ask(`${list}?status=draft`, caller), 403, 'role-required');
      const drafts = ((await ask(`${list}?status=draft&limit=200`, 'an editor')).body as Body).items;
      expect(drafts.length).toBeGreaterThan(0);
      expect(new Set(drafts.map(({ name }) => name.slice(0, 6)))).toEqual(new Set(['hidden']));
    }
  });
});

describe('with PUBLIC_READS=false', () => {
  it('readers see what the public would, and editors all', async () => {
    const atrium = await startAtrium({ PUBLIC_READS: 'false' });
    try {
      const { id } = await createCampaign(atrium, MALL, { status: 'draft' });
      const statuses = [];
      for (const caller of Object.keys(CALLERS) as Caller[]) {
        const headers = await CALLERS[caller].headers();
        statuses.push((await atrium.call(MALL, 'GET', `/campaign-events/${id}`, undefined, headers)).status);
      }
      expect(statuses).toEqual([401, 404, 403, 200, 403, 401]);
    } finally {
      await atrium.close();
    }
  });
});

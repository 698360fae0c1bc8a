import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { Lookback } from '../../src/lookback/lookback.js';
import { runAs } from '../../src/tenancy/tenant-context.js';
import { type Atrium, signToken, startAtrium } from '../support/atrium.js';
import { createDatabase, execute } from '../support/database.js';
import { expectProblem } from '../support/problem.js';
import { createCampaign, createEvent } from '../support/rows.js';

const MALL = 'berlin-mall';
const OTHER = 'york-plaza';
const NOON = Date.parse('2026-11-10T12:00:00Z');
const HOUR_MS = 3_600_000;
const PATHS = [
  '/campaign-events',
  '/campaign-events/live',
  '/campaign-events/0',
  '/campaign-events/0/events',
  '/events',
  '/events/live',
  '/events/0',
  '/timeline',
];

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

let atrium: Atrium;
beforeEach(async () => {
  atrium = await startAtrium();
  atrium.clock.setMs = NOON;
});
afterEach(() => atrium.close());

async function plan(): Promise<void> {
  const period = { startDate: iso(NOON - HOUR_MS), endDate: iso(NOON + 9 * HOUR_MS) };
  await createCampaign(atrium, MALL, { name: 'First', ...period }); // 1
  atrium.clock.setMs = NOON + HOUR_MS;
  await createEvent(atrium, MALL, { name: 'Phase', campaignEventId: 0, ...period }); // 2
  atrium.clock.setMs = NOON + 2 * HOUR_MS;
  await atrium.call(MALL, 'PATCH', '/campaign-events/0', { name: 'Renamed', status: 'draft' }); // 3
  atrium.clock.setMs = NOON + 3 * HOUR_MS;
}

/** The names in an answer, whatever it holds. */
async function namesAt(path: string, moment: string): Promise<[string[], string | null]> {
  const { body, headers } = await atrium.call<unknown>(MALL, 'GET', `${path}?${moment}`);
  return [
    [...JSON.stringify(body).matchAll(/"name":"(\w+)"/g)].map(([, name]) => name ?? ''),
    headers.get('x-revision'),
  ];
}

describe('looking back', () => {
  it('shows what was shown then: by revision, and by instant up to the millisecond', async () => {
    await plan();
    expect(await namesAt('/campaign-events/live', 'revision=1')).toEqual([['First'], '1']);
    expect(await namesAt('/timeline', 'revision=2')).toEqual([['First', 'Phase'], '2']);
    expect(await namesAt('/timeline', 'revision=3')).toEqual([[], '3']);
    expect(await namesAt('/campaign-events/0', 'revision=2')).toEqual([['First'], '2']);
    for (const [ms, names, revision] of [
      [NOON, ['First'], '1'],
      [NOON + HOUR_MS - 1, ['First'], '1'],
      [NOON + HOUR_MS, ['First', 'Phase'], '2'],
      [NOON + 2 * HOUR_MS - 1, ['First', 'Phase'], '2'],
      [NOON + 2 * HOUR_MS, [], '3'],
      [NOON + 3 * HOUR_MS - 1, [], '3'],
    ] as const)
      expect([iso(ms), await namesAt('/timeline', `at=${iso(ms)}`)]).toEqual([iso(ms), [names, revision]]);
    // An editor sees drafts in pages and rows.
    expect(await namesAt('/campaign-events', 'revision=3')).toEqual([['Renamed'], '3']);
    expect(await namesAt('/campaign-events', `at=${iso(NOON + HOUR_MS)}`)).toEqual([['First'], '2']);
  });

  it('takes a date as a body does, at the local time of the shopping centre', async () => {
    await plan();
    expect(await namesAt('/timeline', 'at=2026/11/10 13:00')).toEqual([['First'], '1']);
    expect(await namesAt('/timeline', 'at=2026-11-10T14:00:00')).toEqual([['First', 'Phase'], '2']);
  });

  it('finds rows that are gone, and misses what was not there yet', async () => {
    await plan();
    await atrium.call(MALL, 'DELETE', '/campaign-events/0'); // 4
    atrium.clock.setMs = NOON + 4 * HOUR_MS;
    expect((await atrium.call(MALL, 'GET', '/events/0')).status).toBe(404);
    expect(await namesAt('/events/0', 'revision=3')).toEqual([['Phase'], '3']);
    expect(await namesAt('/campaign-events/0/events', 'revision=3')).toEqual([['Phase'], '3']);
    for (const path of ['/events/0?revision=1', '/events/0?revision=4', '/campaign-events/0/events?revision=4'])
      expectProblem(await atrium.call(MALL, 'GET', path), 404, 'not-found');
  });

  it('refuses what cannot be told, in words', async () => {
    expectProblem(await atrium.call(MALL, 'GET', `/timeline?at=${iso(NOON - 1)}`), 400, 'at-too-early');
    await plan();
    for (const path of PATHS) {
      const ask = (query: string) => atrium.call(MALL, 'GET', `${path}?${query}`);
      const early = expectProblem(await ask(`at=${iso(NOON - 1)}`), 400, 'at-too-early');
      expect(early.detail).toContain(iso(NOON));
      expect(expectProblem(await ask('revision=4'), 404, 'not-found').detail).toBe('There is no revision 4.');
      for (const query of ['revision=0', 'revision=x', 'revision=', 'revision=1&revision=2', 'revision=2147483648'])
        expectProblem(await ask(query), 400, 'query-invalid');
      for (const query of ['at=yesterday', 'at=', 'at=2026-11-10', `at=${iso(NOON)}&at=${iso(NOON)}`])
        expectProblem(await ask(query), 400, 'query-invalid');
      const both = expectProblem(await ask(`revision=1&at=${iso(NOON)}`), 400, 'query-invalid');
      expect(both.errors).toEqual([
        { pointer: '#/at', detail: 'goes without revision: give one of them' },
        { pointer: '#/revision', detail: 'goes without at: give one of them' },
      ]);
      expectProblem(await ask('revison=1'), 400, 'query-invalid');
    }
  });

  it('is for editors of this very shopping centre', async () => {
    await plan();
    const callers = [
      ['', 403, 'role-required'],
      [await signToken({ roles: ['reader'], tenants: [MALL] }), 403, 'role-required'],
      [await signToken({ roles: ['platform-admin'], tenants: [MALL] }), 403, 'role-required'],
      [await signToken({ roles: ['editor'], tenants: [OTHER] }), 403, 'tenant-forbidden'],
    ] as const;
    for (const path of PATHS)
      for (const query of ['revision=2', `at=${iso(NOON + HOUR_MS)}`, `at=${iso(NOON + 5 * HOUR_MS)}`]) {
        const asked = `${path}?${query}`;
        const { headers } = await atrium.call(MALL, 'GET', asked);
        expect([asked, headers.get('cache-control')]).toEqual([asked, 'private, no-store']);
        for (const [token, status, code] of callers)
          expectProblem(
            await atrium.call(MALL, 'GET', asked, undefined, { authorization: token && `Bearer ${token}` }),
            status,
            code,
          );
      }
    // The other shopping centre has a history of its own.
    expectProblem(await atrium.call(OTHER, 'GET', '/timeline?revision=1'), 404, 'not-found');
    await createCampaign(atrium, OTHER, { name: 'Theirs' });
    const { body } = await atrium.call<unknown>(OTHER, 'GET', '/campaign-events?revision=1');
    expect(JSON.stringify(body)).toContain('Theirs');
    expect(JSON.stringify(body)).not.toContain('First');
  });

  it('leaves the answers of now as they are, without X-Revision', async () => {
    await plan();
    for (const path of PATHS) {
      const before = await atrium.call<unknown>(MALL, 'GET', path);
      await atrium.call(MALL, 'GET', `${path}?revision=1`);
      await atrium.call(MALL, 'GET', `${path}?at=${iso(NOON + 99 * HOUR_MS)}`);
      const after = await atrium.call<unknown>(MALL, 'GET', path);
      expect([path, after.status, after.body]).toEqual([path, before.status, before.body]);
      expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
      expect(after.headers.has('x-revision')).toBe(false);
    }
  });

  it('answers 304 to the tag of what is asked for', async () => {
    await plan();
    const { headers } = await atrium.call(MALL, 'GET', '/timeline?revision=2');
    const again = await atrium.call(MALL, 'GET', '/timeline?revision=2', undefined, {
      'if-none-match': headers.get('etag') ?? '',
    });
    expect(again.status).toBe(304);
  });

  it('refuses more requests at once than one shopping centre may have waiting, and serves the others', async () => {
    await plan();
    const [lookback, tenant] = [atrium.app.get(Lookback, { strict: false }), atrium.app.get(Catalogue).find(MALL)];
    if (!tenant) throw new Error('The tests need the tenant berlin-mall');
    await createCampaign(atrium, OTHER);
    const { promise: end, resolve } = Promise.withResolvers<void>();
    const inFlight = Array.from({ length: 22 }, () =>
      runAs({ tenant, seesHidden: true }, () => lookback.read({ revision: 1 }, () => end)),
    );
    const refused = await atrium.call(MALL, 'GET', '/timeline?revision=1');
    expectProblem(refused, 429, 'rate-limited');
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await atrium.call(MALL, 'GET', '/timeline')).status).toBe(200);
    expect((await atrium.call(OTHER, 'GET', '/timeline?revision=1')).status).toBe(200);
    resolve();
    await Promise.all(inFlight);
    expect((await atrium.call(MALL, 'GET', '/timeline?revision=1')).status).toBe(200);
  });
});

describe('looking ahead', () => {
  it('shows the plan of now with the clock put forward', async () => {
    const later = { startDate: iso(NOON + 5 * HOUR_MS), endDate: iso(NOON + 6 * HOUR_MS) };
    await createCampaign(atrium, MALL, { name: 'Later', ...later });
    await createCampaign(atrium, MALL, { name: 'Hidden', ...later, visibleFrom: iso(NOON + 5 * HOUR_MS + 1) });
    await createCampaign(atrium, MALL, { name: 'Draft', ...later, status: 'draft' });
    const live = (ms: number) => namesAt('/campaign-events/live', `at=${iso(ms)}`);
    expect(await live(NOON)).toEqual([[], '3']);
    expect(await live(NOON + 5 * HOUR_MS - 1)).toEqual([[], '3']);
    expect(await live(NOON + 5 * HOUR_MS)).toEqual([['Later'], '3']);
    expect(await live(NOON + 5 * HOUR_MS + 1)).toEqual([['Later', 'Hidden'], '3']);
    expect(await live(NOON + 6 * HOUR_MS + 1)).toEqual([[], '3']);
    expect(await namesAt('/campaign-events', `state=live&at=${iso(NOON + 5 * HOUR_MS)}`)).toEqual([['Later'], '3']);
    expect(await namesAt('/timeline', `at=${iso(NOON)}`)).toEqual([['Later'], '3']);
  });

  it('is at revision 0 in a shopping centre that has nothing yet', async () => {
    expect(await namesAt('/timeline', `at=${iso(NOON + HOUR_MS)}`)).toEqual([[], '0']);
  });
});

describe('looking back where changes were purged', () => {
  it('is 410 as far as they are needed, and works above', async () => {
    const database = await createDatabase();
    try {
      const first = await startAtrium({ DATABASE_URL: database.url });
      for (let index = 0; index < 6; index++) {
        first.clock.setMs = NOON + index * HOUR_MS;
        await createCampaign(first, MALL, { name: `C${index + 1}` });
      }
      await first.close();
      await execute(database, 'tenant_berlin_mall', `DELETE FROM "tenant_berlin_mall"."Changes" WHERE "Revision" <= 3`);
      await atrium.close();
      atrium = await startAtrium({ DATABASE_URL: database.url });
      atrium.clock.setMs = NOON + 9 * HOUR_MS;
      for (const moment of ['revision=1', 'revision=3', `at=${iso(NOON - 1)}`, `at=${iso(NOON + 3 * HOUR_MS - 1)}`])
        expectProblem(await atrium.call(MALL, 'GET', `/campaign-events?${moment}`), 410, 'purged');
      expect(await namesAt('/campaign-events', 'revision=4')).toEqual([['C1', 'C2', 'C3', 'C4'], '4']);
      expect(await namesAt('/campaign-events', `at=${iso(NOON + 3 * HOUR_MS)}`)).toEqual([
        ['C1', 'C2', 'C3', 'C4'],
        '4',
      ]);
      expect(await namesAt('/campaign-events', 'revision=6')).toEqual([['C1', 'C2', 'C3', 'C4', 'C5', 'C6'], '6']);
      expectProblem(await atrium.call(MALL, 'GET', '/campaign-events?revision=7'), 404, 'not-found');
      await atrium.close();
      // With a gap, as nobody should make one.
      await execute(database, 'tenant_berlin_mall', `DELETE FROM "tenant_berlin_mall"."Changes" WHERE "Revision" = 5`);
      atrium = await startAtrium({ DATABASE_URL: database.url });
      atrium.clock.setMs = NOON + 9 * HOUR_MS;
      expectProblem(await atrium.call(MALL, 'GET', '/campaign-events?revision=4'), 410, 'purged');
    } finally {
      await atrium.close();
      await database.remove();
      atrium = await startAtrium();
    }
  });
});

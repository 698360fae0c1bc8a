import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { type Answer, type Atrium, startAtrium } from '../support/atrium.js';

const MALL = 'berlin-mall';
const NOON = Date.parse('2026-11-10T12:00:00Z');
const HOUR_MS = 3_600_000;

/** More writes make a longer history: HISTORY_WRITES=10000. */
const WRITES = Number(process.env['HISTORY_WRITES'] ?? 120);
const CHECKS = Math.max(150, Math.min(600, WRITES));

/** Few names and instants, so that rows are often equal in what they are sorted by. */
const NAMES = ['alpha', 'Alpha', 'beta', 'Ünder', 'zeta 😀', 'Éclair', 'a', 'Z'];
const QUERIES = [
  '',
  'sort=name&limit=3',
  'sort=-name&limit=2',
  'sort=startDate&limit=4',
  'sort=-endDate&limit=3',
  'sort=-id&limit=5',
  'state=live',
  'state=upcoming&sort=name',
  'state=ended&limit=3',
  'name=a&sort=name&limit=2',
  'name=%C3%BC',
  'status=draft&limit=3',
  'status=published&tag=x',
  'tag=x&tag=y',
  `from=${iso(NOON)}&to=${iso(NOON + 6 * HOUR_MS)}&limit=4`,
];

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** An answer as it was given, and when. */
interface Recorded {
  path: string;
  atMs: number;
  revision: number;
  status: number;
  body: unknown;
  /** Whether it was given at the instant of the revision. */
  isByRevision: boolean;
}

const fields = fc.record({
  name: fc.constantFrom(...NAMES),
  status: fc.constantFrom('draft', 'published', 'published', 'published', 'cancelled'),
  tags: fc.subarray(['x', 'y', 'z']),
  visibleFrom: fc.option(fc.integer({ min: -4, max: 8 }), { freq: 3 }),
  start: fc.integer({ min: -6, max: 12 }),
  hours: fc.integer({ min: 0, max: 24 }),
  description: fc.option(fc.constantFrom('Two\nlines', 'x')),
});
const write = fc.record({
  kind: fc.constantFrom(
    'create',
    'nest',
    'event',
    'event',
    'event',
    'event',
    'put',
    'patch',
    'patch',
    'patchEvent',
    'patchEvent',
    'patchEvent',
    'moveEvent',
    'delete',
    'deleteEvent',
  ),
  pick: fc.nat(),
  other: fc.nat(),
  fields,
});
const step = fc.record({
  writes: fc.oneof(
    { weight: 4, arbitrary: fc.tuple(write) },
    { weight: 1, arbitrary: fc.array(write, { minLength: 2, maxLength: 4 }) },
  ),
  passesMs: fc.constantFrom(0, 1, 1, HOUR_MS / 2, HOUR_MS, 3 * HOUR_MS),
  queries: fc.tuple(fc.nat(), fc.nat()),
});
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

jest.setTimeout(60_000 + WRITES * 500);

function bodyOf({ start, hours, visibleFrom, ...given }: Write['fields'], baseMs: number) {
  const startMs = baseMs + start * HOUR_MS;
  const endMs = startMs + hours * HOUR_MS;
  const seenMs = visibleFrom === null ? null : Math.min(endMs, startMs + visibleFrom * HOUR_MS);
  return { ...given, startDate: iso(startMs), endDate: iso(endMs), visibleFrom: seenMs === null ? null : iso(seenMs) };
}

/** An answer without what is of its request alone: a problem's id, and a cursor, which names the moment it is for. */
function told(shown: unknown): unknown {
  const { next, requestId, code } = (shown ?? {}) as { next?: unknown; requestId?: unknown; code?: unknown };
  if (requestId !== undefined) return code;
  return next === undefined ? shown : { ...(shown as object), next: next !== null };
}

/** Mostly one of the last rows: what happens to the same row again and again is harder to take back. */
function one(ids: readonly number[], index: number): number {
  return ids.at(-1 - (index % Math.max(1, Math.min(ids.length, index % 5 === 0 ? ids.length : 5)))) ?? 0;
}

describe('what a shopping centre showed', () => {
  let atrium: Atrium;
  let campaigns: number[];
  let events: number[];
  let recorded: Recorded[];
  beforeAll(async () => {
    atrium = await startAtrium();
  });
  afterAll(() => atrium.close());

  async function doWrite({ kind, pick, other, fields: given }: Write): Promise<void> {
    const baseMs = atrium.clock.now();
    const [campaign, event] = [one(campaigns, pick), one(events, pick)];
    const row = bodyOf(given, baseMs);
    // A campaign is wide, so that events fit in.
    const wide = { ...row, startDate: iso(baseMs - 8 * HOUR_MS), endDate: iso(baseMs + 60 * HOUR_MS) };
    const call = (method: string, path: string, sent?: object) => atrium.call(MALL, method, path, sent);
    const answer: Answer = await {
      create: () => call('POST', '/campaign-events', pick % 3 ? wide : row),
      nest: () => call('POST', '/campaign-events', { ...wide, events: [row, { ...row, name: 'alpha' }] }),
      event: () => call('POST', '/events', { ...row, campaignEventId: campaign }),
      put: () => call('PUT', `/campaign-events/${campaign}`, wide),
      patch: () =>
        call('PATCH', `/campaign-events/${campaign}`, pick % 4 ? { name: row.name, status: row.status } : row),
      patchEvent: () => call('PATCH', `/events/${event}`, { name: row.name, tags: row.tags, status: row.status }),
      moveEvent: () => call('PATCH', `/events/${event}`, { campaignEventId: one(campaigns, other) }),
      delete: () => call('DELETE', `/campaign-events/${campaign}`),
      deleteEvent: () => call('DELETE', `/events/${event}`),
    }[kind as 'create']();
    if (answer.status === 201) {
      const made = answer.body as typeof answer.body & { events?: { id: number }[] };
      if (kind === 'event') events.push(made.id);
      else campaigns.push(made.id);
      events.push(...(made.events ?? []).map(({ id }) => id));
    }
    if (![200, 201, 204, 404, 422].includes(answer.status)) throw new Error(`${kind}: ${answer.status}`);
  }

  function pathsOf({ queries: [first, second] }: Step): string[] {
    const query = QUERIES[first % QUERIES.length] ?? '';
    const campaign = one(campaigns, second);
    const paths = [
      '/timeline',
      '/campaign-events/live',
      '/events/live',
      `/campaign-events?${query}`,
      `/events?${query}`,
      `/events?campaignEventId=${campaign}&${query}`,
      `/campaign-events/${campaign}`,
      `/events/${one(events, second)}`,
      `/campaign-events/${campaign}/events`,
    ];
    return second % 4 === 0 ? paths : [...paths.slice(0, 3), paths[3 + (second % 6)] ?? ''];
  }

  async function record(path: string, revision: number, isByRevision: boolean): Promise<void> {
    const { status, body: shown } = await atrium.call<unknown>(MALL, 'GET', path);
    const atMs = atrium.clock.now();
    recorded.push({ path, atMs, revision, status, body: shown, isByRevision });
    // The page behind it, as it is reached from here.
    const next = path.includes('?') && (shown as { next: string | null }).next;
    if (!next) return;
    const { body: second } = await atrium.call<unknown>(MALL, 'GET', `${path}&after=${encodeURIComponent(next)}`);
    recorded.push({ path: `${path} 2`, atMs, revision, status: 200, body: second, isByRevision });
  }

  async function lastRevision(): Promise<number> {
    const { body: page } = await atrium.call<{ items: { revision: number }[] }>(
      MALL,
      'GET',
      '/changes?order=desc&limit=1',
    );
    return page.items[0]?.revision ?? 0;
  }

  async function ask(path: string, moment: string): Promise<Answer<unknown>> {
    const [base = '', isSecond] = path.split(' ');
    const asked = `${base}${base.includes('?') ? '&' : '?'}${moment}`;
    const first = await atrium.call<unknown>(MALL, 'GET', asked);
    if (isSecond === undefined) return first;
    const { next } = first.body as { next: string };
    return atrium.call<unknown>(MALL, 'GET', `${asked}&after=${encodeURIComponent(next)}`);
  }

  it('is shown again by instant and by revision, whatever was written since', async () => {
    [campaigns, events, recorded] = [[], [], []];
    atrium.clock.setMs = NOON;
    const steps = fc.sample(step, { numRuns: WRITES, seed: Number(process.env['HISTORY_SEED'] ?? Date.now() % 1e9) });
    let known = 0;
    for (const one of steps) {
      await Promise.all(one.writes.map(doWrite));
      const revision = await lastRevision();
      const isByRevision = revision > known;
      known = revision;
      if (revision > 0) for (const path of pathsOf(one)) await record(path, revision, isByRevision);
      if (one.passesMs === 0) continue;
      atrium.clock.setMs = (atrium.clock.setMs ?? NOON) + one.passesMs;
      if (revision > 0 && one.queries[0] % 3 === 0)
        for (const path of pathsOf(one)) await record(path, revision, false);
    }
    atrium.clock.setMs = (atrium.clock.setMs ?? NOON) + 1;
    // Several writes may bear one instant: it shows the last of them.
    const instants = new Map<number, number>();
    for (const { atMs, revision } of recorded)
      if (atMs > 0) instants.set(atMs, Math.max(revision, instants.get(atMs) ?? 0));

    let checks = 0;
    const sample = fc.sample(fc.constantFrom(...recorded), CHECKS);
    for (const { path, atMs, revision, status, body: shown, isByRevision } of sample) {
      const moments = [
        ...(isByRevision ? [`revision=${revision}`] : []),
        ...(instants.get(atMs) === revision ? [`at=${iso(atMs)}`] : []),
      ];
      for (const moment of moments) {
        const answer = await ask(path, moment);
        const context = `${path} ${moment}`;
        const isShown = status === 200;
        expect([context, answer.status, told(answer.body)]).toEqual([context, status, told(shown)]);
        expect(answer.headers.get('x-revision')).toBe(isShown ? String(revision) : null);
        expect(answer.headers.get('cache-control')).toContain(isShown ? 'private, no-store' : 'no-store');
        checks++;
      }
    }
    process.stdout.write(`history: ${known} revisions, ${recorded.length} answers, ${checks} compared\n`);
    expect(checks).toBeGreaterThan(CHECKS / 4);
  });
});

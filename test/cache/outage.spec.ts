import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { VersionTracker } from '../../src/cache/version-tracker.js';
import { unavailable } from '../../src/problem/problem.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { Pods } from '../support/pod.js';
import { ALWAYS } from '../support/rows.js';

const PUBLIC: Record<string, string> = { authorization: '' };

describe('while the database is away', () => {
  let atrium: Atrium;
  let mend: () => void;
  beforeAll(async () => {
    atrium = await startAtrium({ REVISION_POLL_MS: '200' });
  });
  afterEach(() => mend());
  afterAll(() => atrium.close());

  /** From now on the database answers nobody. */
  function cut(): void {
    const database = atrium.app.get<object>(TenantDatabase);
    Object.assign(database, { read: answerNobody, write: answerNobody });
    // The class's own methods show again.
    mend = () => ['read', 'write'].forEach((method) => Reflect.deleteProperty(database, method));
  }

  it('what is live goes on being served and changes at its instants; writes get 503; it recovers by itself', async () => {
    const soon = new Date(Date.now() + 1_500);
    await atrium.call('berlin-mall', 'POST', '/campaign-events', { name: 'always', ...ALWAYS });
    await atrium.call('berlin-mall', 'POST', '/campaign-events', {
      ...ALWAYS,
      name: 'soon',
      startDate: soon.toISOString(),
    });
    const live = async () => {
      const { status, body, headers } = await atrium.call<{ name: string }[]>(
        'berlin-mall',
        'GET',
        '/campaign-events/live',
      );
      return { status, names: body.map(({ name }) => name), origin: headers.get('x-cache') };
    };
    expect(await live()).toMatchObject({ status: 200, names: ['always'] });

    cut();
    const written = await atrium.call('berlin-mall', 'POST', '/campaign-events', { name: 'lost', ...ALWAYS });
    expect(written.status).toBe(503);
    expect(written.headers.get('retry-after')).toBe('5');
    const origins = new Set<string | null>();
    while (Date.now() < soon.getTime() + 500) {
      const askedMs = Date.now();
      const { status, names, origin } = await live();
      origins.add(origin);
      expect(status).toBe(200);
      // Around the instant either may be seen: the request was under way.
      const allowed = [
        ...(askedMs <= soon.getTime() + 5 ? [['always']] : []),
        ...(Date.now() >= soon.getTime() ? [['always', 'soon']] : []),
      ];
      expect(allowed).toContainEqual(names);
      await delay(5);
    }
    expect(origins).toContain('stale');

    mend();
    await delay(500);
    expect(await live()).toMatchObject({ status: 200, origin: 'memory' });
    expect((await atrium.call('berlin-mall', 'POST', '/campaign-events', { name: 'back', ...ALWAYS })).status).toBe(
      201,
    );
    expect((await live()).names).toContain('back');
  });

  it('the last good answer is not served for longer than STALE_MAX_S', async () => {
    expect((await atrium.call('berlin-mall', 'GET', '/campaign-events/live')).status).toBe(200);
    cut();
    await delay(600);
    expect((await atrium.call('berlin-mall', 'GET', '/campaign-events/live')).headers.get('x-cache')).toBe('stale');
    atrium.clock.setMs = Date.now() + 86_400_000 + 60_000;
    expect((await atrium.call('berlin-mall', 'GET', '/campaign-events/live')).status).toBe(503);
    atrium.clock.setMs = undefined;
  });

  it('a shopping centre that nobody asked for meanwhile is asked after again, not shown as it was', async () => {
    const live = () => atrium.call<{ name: string }[]>('berlin-mall', 'GET', '/campaign-events/live');
    await live();
    cut();
    await delay(600);
    expect((await live()).headers.get('x-cache')).toBe('stale');
    atrium.clock.setMs = Date.now() + 10 * 60_000; // long enough for nobody to look after it
    mend();
    const pods = new Pods(atrium);
    await pods.open().create('made when the database was back');
    const answers = await Promise.all([live(), live(), live()]);
    for (const { headers, body } of answers) {
      expect(headers.get('x-cache')).not.toBe('stale');
      expect(body.map(({ name }) => name)).toContain('made when the database was back');
    }
    atrium.clock.setMs = undefined;
    await pods.close();
  });

  it('a row that was found to be gone does not come back', async () => {
    const { body } = await atrium.call('berlin-mall', 'POST', '/campaign-events', { name: 'short-lived', ...ALWAYS });
    const path = `/campaign-events/${body.id}`;
    const read = async () => (await atrium.call('berlin-mall', 'GET', path)).status;
    expect(await read()).toBe(200);
    await atrium.call('berlin-mall', 'DELETE', path);
    expect(await read()).toBe(404);
    cut();
    expect(await read()).toBe(503);
    await delay(600);
    expect(await read()).toBe(503);
  });

  it('a hidden row is 503 for the public like one that is not there, and an editor has it still', async () => {
    const { body } = await atrium.call('berlin-mall', 'POST', '/campaign-events', {
      ...ALWAYS,
      name: 'hidden',
      status: 'draft',
    });
    const read = async (path: string, headers = PUBLIC) =>
      (await atrium.call('berlin-mall', 'GET', path, undefined, headers)).status;
    for (const path of [`/campaign-events/${body.id}`, `/campaign-events/${body.id}/events`]) {
      for (const _ of [0, 1]) expect([await read(path, {}), await read(path)]).toEqual([200, 404]);
      cut();
      expect([await read(path), await read('/campaign-events/999')]).toEqual([503, 503]);
      expect(await read(path, {})).toBe(200);
      mend();
    }
  });

  it('a row that nobody read before gets 503 with Retry-After', async () => {
    cut();
    const { status, headers } = await atrium.call('york-plaza', 'GET', '/campaign-events/0');
    expect(status).toBe(503);
    expect(headers.get('retry-after')).not.toBeNull();
  });
});

it('what was right until a moment before the outage is served, however long ago it was loaded', async () => {
  const atrium = await startAtrium({ REVISION_POLL_MS: '60000' });
  const pods = new Pods(atrium);
  try {
    const live = () => atrium.call('berlin-mall', 'GET', '/campaign-events/live');
    const other = pods.open();
    await other.create('always');
    await live();
    atrium.clock.setMs = Date.now() + 30 * 3_600_000;
    expect((await live()).headers.get('x-cache')).toBe('memory');
    await other.rename(0, 'too late to be loaded');
    const { epoch, revision } = await other.run(() => other.unitOfWork.version());
    Object.assign(atrium.app.get<object>(TenantDatabase), { read: answerNobody });
    atrium.app.get(VersionTracker, { strict: false }).onAnnouncement({ tenantId: 'berlin-mall', epoch, revision });
    const answer = await live();
    expect([answer.status, answer.headers.get('x-cache')]).toEqual([200, 'stale']);
    atrium.clock.setMs += 25 * 3_600_000;
    expect((await live()).status).toBe(503);
  } finally {
    await pods.close();
    await atrium.close();
  }
});

async function answerNobody(): Promise<never> {
  throw unavailable('database-unavailable', 'The database does not answer just now.', undefined);
}

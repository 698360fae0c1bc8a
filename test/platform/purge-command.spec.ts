import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type Atrium, JWT_SECRET, startAtrium, TENANTS } from '../support/atrium.js';
import { atrium as runCli } from '../support/cli.js';
import { createDatabase, execute, testServer, type TestDatabase } from '../support/database.js';
import { expectProblem } from '../support/problem.js';
import { createCampaign, createEvent, listAll, listChanges } from '../support/rows.js';

const [MALL = '', OTHER = ''] = TENANTS.map(({ id }) => id);
const SCHEMA = `tenant_${MALL.replaceAll('-', '_')}`;
const PROCESS = resolve(import.meta.dirname, '../support/lifecycle.process.js');
const DAY_MS = 86_400_000;
const NOW = Date.now();
const daysAgo = (days: number) => NOW - days * DAY_MS;
const iso = (ms: number) => new Date(ms).toISOString();

let database: TestDatabase;
const environment = (more: Record<string, string> = {}) => ({
  DATABASE_URL: database.url,
  JWT_SECRET,
  ...more,
});

/** Works with a service, which has the embedded database only meanwhile. */
async function serve<T>(work: (atrium: Atrium) => Promise<T>): Promise<T> {
  const atrium = await startAtrium({ DATABASE_URL: database.url, WEBHOOK_ALLOW_PRIVATE: 'true' });
  try {
    return await work(atrium);
  } finally {
    await atrium.close();
  }
}

async function purge(words: string[] = [], more: Record<string, string> = {}) {
  const { exitCode, output, errors } = await runCli(['purge', '--json', ...words], environment(more));
  return { exitCode, errors, report: exitCode === 2 ? undefined : (JSON.parse(output) as object) };
}

describe('atrium purge', () => {
  beforeAll(async () => {
    database = await createDatabase();
    await serve(async (atrium) => {
      const send = async (path: string, method = 'DELETE', body?: object) =>
        expect((await atrium.call(MALL, method, path, body)).status).toBeLessThan(300);
      atrium.clock.setMs = daysAgo(200);
      await createCampaign(atrium, MALL, { name: 'Gone long ago' }); // 1
      await createEvent(atrium, MALL, { campaignEventId: 0, name: 'Gone with it' }); // 2
      await createCampaign(atrium, MALL, { name: 'Gone lately' }); // 3
      await createCampaign(atrium, MALL, { name: 'Back again' }); // 4
      await createCampaign(atrium, OTHER, { name: 'Elsewhere' });
      atrium.clock.setMs = daysAgo(100);
      await send('/campaign-events/0'); // 5
      await send('/campaign-events/2'); // 6
      await send('/campaign-events/2/restore', 'POST'); // 7
      expect((await atrium.call(OTHER, 'DELETE', '/campaign-events/0')).status).toBe(204);
      atrium.clock.setMs = daysAgo(10);
      await send('/campaign-events/1'); // 8
      await send('/campaign-events/2', 'PATCH', { name: 'Renamed' }); // 9
    });
  }, 60_000);
  afterAll(() => database.remove());

  it('removes of one tenant what was deleted too long ago, and no changes', async () => {
    const { exitCode, report } = await purge(['--tenant', MALL]);
    expect([exitCode, report]).toEqual([
      0,
      { tenants: [{ tenant: MALL, tombstones: 2, changes: 0 }], tombstones: 2, changes: 0, failed: 0 },
    ]);
    await serve(async (atrium) => {
      const deleted = async (tenant: string) =>
        (await listAll(atrium, tenant, '/campaign-events?deleted=true')).map(({ name }) => name);
      expect(await deleted(MALL)).toEqual(['Gone lately']);
      expect(await deleted(OTHER)).toEqual(['Elsewhere']);
      expect(await listAll(atrium, MALL, '/events?deleted=true')).toEqual([]);
      expect(await listChanges(atrium, MALL)).toHaveLength(9);
      for (const path of ['/campaign-events/0/restore', '/events/0/restore'])
        expectProblem(await atrium.call(MALL, 'POST', path), 404, 'not-found');
      const undone = await atrium.call(MALL, 'POST', '/changes/5/undo');
      expect(expectProblem(undone, 404, 'not-found').detail).toContain('purged');
      // What it was can be looked back at as long as the changes are there.
      expect((await atrium.call(MALL, 'GET', '/campaign-events/0?revision=4')).body.name).toBe('Gone long ago');
      expect((await atrium.call(MALL, 'POST', '/campaign-events/1/restore')).status).toBe(200); // 10
    });
  }, 60_000);

  it('removes changes that are older than CHANGES_DAYS, and what was then stays known', async () => {
    const { report } = await purge([], { CHANGES_DAYS: '30', TOMBSTONE_DAYS: '0' });
    expect(report).toEqual({
      tenants: [
        { tenant: MALL, tombstones: 0, changes: 7 },
        { tenant: OTHER, tombstones: 0, changes: 2 },
      ],
      tombstones: 0,
      changes: 9,
      failed: 0,
    });
    await serve(async (atrium) => {
      const at = (ms: number): Promise<Answer> => atrium.call(MALL, 'GET', `/campaign-events?at=${iso(ms)}`);
      expect((await listChanges(atrium, MALL)).map(({ revision }) => revision)).toEqual([8, 9, 10]);
      const then = await at(daysAgo(50));
      expect(then.headers.get('x-revision')).toBe('7');
      expect(then.body.items.map(({ name }) => name)).toEqual(['Gone lately', 'Back again']);
      expectProblem(await at(daysAgo(101)), 410, 'purged');
      expectProblem(await atrium.call(MALL, 'GET', '/campaign-events?revision=7'), 410, 'purged');
      expectProblem(await atrium.call(MALL, 'POST', '/changes/7/undo'), 404, 'not-found');
      expect((await atrium.call(MALL, 'POST', '/changes/9/undo')).status).toBe(200); // 11
      // A centre in which nothing was written since is as it was.
      const other = await atrium.call(OTHER, 'GET', `/campaign-events?at=${iso(daysAgo(1))}`);
      expect([other.status, other.headers.get('x-revision'), other.body.items]).toEqual([200, '2', []]);
      expect((await createCampaign(atrium, OTHER)).id).toBe(1);
    });
    expect((await purge([], { CHANGES_DAYS: '30' })).report).toMatchObject({ changes: 0, failed: 0 });
  }, 60_000);

  it('leaves changes that a webhook has not been told of', async () => {
    await serve(async (atrium) => {
      // Its first webhook is of a time after all changes; it is set back past the service.
      await atrium.call(MALL, 'POST', '/webhooks', { url: 'http://127.0.0.1:9/' }); // 12
    });
    await execute(database, SCHEMA, `UPDATE "${SCHEMA}"."Webhooks" SET "CursorRevision" = 8`);
    await execute(database, SCHEMA, `UPDATE "${SCHEMA}"."Changes" SET "At" = '2020-01-01 00:00:00.000'`);
    expect((await purge(['--tenant', MALL], { CHANGES_DAYS: '30' })).report).toMatchObject({ changes: 1 });
    await execute(database, SCHEMA, `DELETE FROM "${SCHEMA}"."Webhooks"`);
    expect((await purge(['--tenant', MALL], { CHANGES_DAYS: '30' })).report).toMatchObject({ changes: 4 });
  }, 60_000);

  it.each([
    [['--tenant', 'nobody'], {}, 'There is no tenant "nobody"'],
    [[], { TOMBSTONE_DAYS: '-1' }, 'TOMBSTONE_DAYS should be days, 0 for ever, from 0 to 36500'],
    [[], { CHANGES_DAYS: 'all' }, 'CHANGES_DAYS should be days, 0 for ever, from 0 to 36500'],
    [['--all'], {}, "unknown option '--all'"],
  ])('is refused %j with %j', async (words, more: Record<string, string>, says) => {
    const { exitCode, errors } = await purge(words, more);
    expect([exitCode, errors]).toEqual([2, expect.stringContaining(says)]);
  });

  (testServer() ? it.skip : it)('says what to do while a service has the embedded database', async () => {
    await serve(async () => {
      const { exitCode, errors } = await runCli(['purge'], environment());
      expect([exitCode, errors]).toEqual([1, expect.stringContaining('Stop it, purge, and start it again')]);
    });
  });
});

describe('a purge that is killed', () => {
  const COUNT = 1_300;
  beforeAll(async () => {
    database = await createDatabase();
    await serve(async (atrium) => {
      await createCampaign(atrium, MALL);
    });
    const told = `'2020-01-01 00:00:00.000', 'tester', 'update', 'campaign', 0, '{"id":0}', '{"id":0}'`;
    for (let from = 2; from <= COUNT; from += 500) {
      const rows = Array.from({ length: Math.min(500, COUNT - from + 1) }, (_, index) => `(${from + index}, ${told})`);
      const columns = '"Revision", "At", "Actor", "Action", "Resource", "ResourceId", "Before", "After"';
      await execute(database, SCHEMA, `INSERT INTO "${SCHEMA}"."Changes" (${columns}) VALUES ${rows.join()}`);
    }
    await execute(database, SCHEMA, `UPDATE "${SCHEMA}"."Changes" SET "At" = '2020-01-01 00:00:00.000'`);
    await execute(database, SCHEMA, `UPDATE "${SCHEMA}"."Revision" SET "Value" = ${COUNT}`);
  }, 60_000);
  afterAll(() => database.remove());

  it('has removed what it says, and the next goes on', async () => {
    /** How many changes are left, and what looking back to the first of them and to the one before answers. */
    const kept = () =>
      serve(async (atrium) => {
        const { body } = await atrium.call<{ items: { revision: number }[] }>(MALL, 'GET', '/changes?limit=1');
        const first = body.items[0]?.revision ?? COUNT + 1;
        const back = [first, first - 1].map((revision) => atrium.call(MALL, 'GET', `/events?revision=${revision}`));
        return [COUNT + 1 - first, ...(await Promise.all(back)).map(({ status }) => status)];
      });
    // There are no tombstones: the first commit is of looking for them.
    await killed(3, 'at');
    expect(await kept()).toEqual([COUNT - 500, 200, 410]);
    await killed(2, 'after');
    expect(await kept()).toEqual([COUNT - 1_000, 200, 410]);
    expect((await purge([], { CHANGES_DAYS: '1' })).report).toMatchObject({ changes: COUNT - 1_000 });
    // The revision after the last is one to come.
    expect(await kept()).toEqual([0, 404, 410]);
  }, 240_000);
});

/** Ends a purge with SIGKILL at its nth commit. @param moment `at` it, or `after` it */
async function killed(nth: number, moment: string): Promise<void> {
  const child = spawn(process.execPath, [PROCESS, 'purge', MALL, String(nth), moment], { env: environment() });
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/config.js';
import { TABLES } from '../../src/app.module.js';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { Precondition } from '../../src/representation/precondition.js';
import { keepFile } from '../../src/platform/export-file.js';
import { type Exported, exportTenant } from '../../src/platform/tenant-export.js';
import type { Kept } from '../../src/platform/tenant-lifecycle.js';
import { type CliContext, withCliContext } from '../../src/platform/cli-context.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { createCampaign, everything, NOVEMBER } from '../support/rows.js';

const PROCESS = resolve(import.meta.dirname, '../support/lifecycle.process.js');
const NEIGHBOUR = 'neighbour';
const ANYHOW = new Precondition(undefined);

describe.each(['at', 'after'])('killed %s each of its commits, the same command again ends right:', (moment) => {
  let database: TestDatabase;
  let folder: string;
  let before: unknown;
  let made = 0;
  const environment = () => ({ DATABASE_URL: database.url, DATABASE_MIGRATE: 'true', EXPORT_FOLDER: folder });

  beforeAll(async () => {
    database = await createDatabase();
    folder = mkdtempSync(join(tmpdir(), 'atrium-exports-'));
    await serve([NEIGHBOUR], async (atrium) => {
      await createCampaign(atrium, NEIGHBOUR);
      before = await everything(atrium, NEIGHBOUR);
    });
  }, 60_000);
  afterAll(async () => {
    await serve([], async (atrium) => expect(await everything(atrium, NEIGHBOUR)).toEqual(before));
    await database.remove();
    rmSync(folder, { recursive: true });
  });

  it('adding a tenant', async () => {
    let kills = 0;
    for (let nth = 1; ; nth++) {
      const id = `added-${++made}`;
      const ended = await run('add', id, nth);
      const isThere = await work(async ({ store }) => (await store.find(id)) !== null);
      await work(async ({ lifecycle }) => {
        const again = lifecycle.add({ id, name: 'Mall', timeZone: 'UTC' }, 'test');
        const outcome = await again.then(
          () => 'added',
          ({ code }: { code: string }) => code,
        );
        expect(outcome).toBe(isThere ? 'tenant-exists' : 'added');
      });
      await serve([], async (atrium) => {
        expect((await atrium.call<unknown[]>(id, 'GET', '/campaign-events/live')).body).toEqual([]);
        await createCampaign(atrium, id);
      });
      if (ended === 0) break;
      expect([nth, ended]).toEqual([nth, 'SIGKILL']);
      kills++;
    }
    expect(kills).toBeGreaterThanOrEqual(moment === 'at' ? 3 : 2); // the beginning, the schema, the tenant
  }, 240_000);

  it('retiring a tenant', async () => {
    let kills = 0;
    for (let nth = 1; ; nth++) {
      const id = `retired-${++made}`;
      await work(({ lifecycle }) => lifecycle.add({ id, name: 'Mall', timeZone: 'UTC' }, 'test'));
      await serve([], (atrium) => createCampaign(atrium, id, { name: `Only of ${id}` }));
      await work(({ lifecycle }) => lifecycle.update(id, { status: 'suspended' }, ANYHOW, 'test'));
      const ended = await run('retire', id, nth);
      await work(async ({ store, engine, lifecycle }) => {
        const tenant = await store.find(id);
        const kept = tenant ? await lifecycle.retire(id, id, ANYHOW, 'test') : ((await store.lastExport(id)) as Kept);
        expect(kept).toMatchObject({ campaigns: 1, changes: 1 });
        expect(readFileSync(kept?.file ?? '', 'utf8')).toContain(`Only of ${id}`);
        expect(tenant ? await engine.isOccupied(tenant) : false).toBe(false);
        expect(await store.find(id)).toBeNull();
      });
      expect(readdirSync(folder).some((file) => file.startsWith(`${id}-`) && file.endsWith('.jsonl'))).toBe(true);
      await work(({ lifecycle }) => lifecycle.add({ id, name: 'Anew', timeZone: 'UTC' }, 'test'));
      if (ended === 0) break;
      expect([nth, ended]).toEqual([nth, 'SIGKILL']);
      kills++;
    }
    expect(kills).toBeGreaterThanOrEqual(moment === 'at' ? 5 : 4); // retiring, the export read, export, drop, retire
  }, 240_000);

  it('importing an export', async () => {
    const source = `source-${++made}`;
    await serve([source], async (atrium) => {
      for (let nth = 0; nth < 3; nth++)
        await createCampaign(atrium, source, { events: [{ ...NOVEMBER, name: 'Part' }] });
      await atrium.call(source, 'DELETE', '/campaign-events/1');
    });
    const file = join(folder, `${source}.jsonl`);
    const exported = await exportTo(source, file);
    let kills = 0;
    for (let nth = 1; ; nth++) {
      const id = `imported-${++made}`;
      await work(({ lifecycle }) => lifecycle.add({ id, name: 'Mall', timeZone: 'UTC' }, 'test'));
      const ended = await run('import', id, nth, file);
      const left = await exportTo(id, join(folder, `${id}-left.jsonl`));
      const isThere = left.revision > 0;
      expect(left).toMatchObject(isThere ? counts(exported) : { revision: 0, campaigns: 0, changes: 0, tombstones: 0 });
      const again = await work(({ history }) => history.import(id, createReadStream(file), 'test')).then(
        ({ rows }) => (rows ? 'imported' : 'noted'),
        ({ code }: { code: string }) => code,
      );
      const expected = isThere ? 'noted' : 'imported';
      expect(again).toBe(ended === 0 ? 'tenant-not-empty' : expected);
      const whole = await exportTo(id, join(folder, `${id}.jsonl`));
      expect(counts(whole)).toEqual(counts(exported));
      expect(whole.epoch === left.epoch).toBe(isThere); // it is not imported twice
      expect(await work(({ store }) => store.lastChange(id))).toMatchObject({ action: 'import' });
      if (ended === 0) break;
      expect([nth, ended]).toEqual([nth, 'SIGKILL']);
      kills++;
    }
    expect(kills).toBeGreaterThanOrEqual(moment === 'at' ? 3 : 2); // the beginning, the rows, the end
  }, 240_000);

  it('rewinding a tenant', async () => {
    let kills = 0;
    for (let nth = 1; ; nth++) {
      const id = `rewound-${++made}`;
      await work(({ lifecycle }) => lifecycle.add({ id, name: 'Mall', timeZone: 'UTC' }, 'test'));
      await serve([], async (atrium) => {
        await createCampaign(atrium, id, { name: 'Deleted', events: [{ ...NOVEMBER, name: 'Part' }] });
        await createCampaign(atrium, id, { name: 'Renamed' });
        await createCampaign(atrium, id, { name: 'Added' });
        await atrium.call(id, 'DELETE', '/campaign-events/0');
        await atrium.call(id, 'PATCH', '/campaign-events/1', { name: 'Other' });
      });
      const ended = await run('rewind', id, nth, '2');
      await serve([], async (atrium) => {
        const { campaigns, events, changes } = await everything(atrium, id);
        const names = campaigns.map(({ name }) => name);
        const isDone = changes.length === 6;
        expect([names, events.length, changes.length]).toEqual(
          isDone ? [['Deleted', 'Renamed'], 1, 6] : [['Other', 'Added'], 0, 5],
        );
      });
      await work(({ history }) => history.rewind(id, { to: '2', isPlan: false, isSure: true }, 'test'));
      await serve([], async (atrium) => {
        const { campaigns, changes } = await everything(atrium, id);
        expect([campaigns.map(({ name }) => name), changes.length]).toEqual([['Deleted', 'Renamed'], 6]);
      });
      expect(await work(({ store }) => store.lastChange(id))).toMatchObject({ action: 'rewind' });
      if (ended === 0) break;
      expect([nth, ended]).toEqual([nth, 'SIGKILL']);
      kills++;
    }
    expect(kills).toBeGreaterThanOrEqual(moment === 'at' ? 3 : 2); // the beginning, the rows, the end
  }, 240_000);

  function exportTo(id: string, file: string): Promise<Exported> {
    return work(async ({ engine, lifecycle, tables }) => {
      const tenant = await lifecycle.find(id);
      return keepFile(file, (sink) => exportTenant(engine, tenant, tables, sink));
    });
  }

  function work<T>(of: (context: CliContext) => Promise<T>): Promise<T> {
    return withCliContext(loadConfig(environment()), TABLES, of);
  }

  /** @returns its exit code, or the signal that ended it */
  async function run(action: string, id: string, nth: number, about = ''): Promise<unknown> {
    expect(existsSync(PROCESS)).toBe(true);
    const child = spawn(process.execPath, [PROCESS, action, id, String(nth), moment, about], {
      env: environment(),
      stdio: 'inherit',
    });
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    return code ?? signal;
  }

  async function serve(tenants: string[], use: (atrium: Atrium) => Promise<unknown>): Promise<void> {
    const seeds = tenants.map((id) => ({ id, name: id, timeZone: 'UTC' }));
    const atrium = await startAtrium({ ...environment(), DEMO: 'false', TENANTS: JSON.stringify(seeds) });
    try {
      await use(atrium);
    } finally {
      await atrium.close();
    }
  }
});

/** An export of the same rows has the same, whatever centre it is of. */
function counts({ epoch: _epoch, sha256: _sha256, ...same }: Exported): object {
  return same;
}

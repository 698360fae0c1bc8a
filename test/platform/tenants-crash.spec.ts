import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/config.js';
import { TABLES } from '../../src/app.module.js';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { Precondition } from '../../src/representation/precondition.js';
import type { Kept } from '../../src/platform/tenant-lifecycle.js';
import { type CliContext, withCliContext } from '../../src/platform/cli-context.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { createCampaign, everything } from '../support/rows.js';

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

  function work<T>(of: (context: CliContext) => Promise<T>): Promise<T> {
    return withCliContext(loadConfig(environment()), TABLES, of);
  }

  /** @returns its exit code, or the signal that ended it */
  async function run(action: string, id: string, nth: number): Promise<unknown> {
    expect(existsSync(PROCESS)).toBe(true);
    const child = spawn(process.execPath, [PROCESS, action, id, String(nth), moment], {
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

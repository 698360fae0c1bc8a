import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mssql from 'mssql';
import { atrium as command } from '../support/cli.js';
import { connectTo, createDatabase, nameOf, type TestDatabase, testServer } from '../support/database.js';
import { type AtriumProcess, endProcess, startProcess } from '../support/process.js';
import { createCampaign, createEvent, everything } from '../support/rows.js';

const ID = 'harbour';
const SCHEMA = 'tenant_harbour';
const SEED = JSON.stringify([{ id: ID, name: 'Harbour', timeZone: 'UTC' }]);
/** Parents first. */
const TABLES = ['EventCampaigns', 'Events', 'Changes', 'Revision', 'IdempotencyRecords'];
const SECRET = 'secret-word';

describe('a tenant that moves to another database', () => {
  let first: TestDatabase;
  let second: TestDatabase;
  let there: mssql.ConnectionPool;
  let environment: Record<string, string>;
  let atrium: AtriumProcess;

  beforeAll(async () => {
    const server = testServer();
    if (!server) throw new Error('TEST_DATABASE_URL is not set');
    first = await createDatabase();
    second = await createDatabase();
    there = await connectTo(server, nameOf(second), 1);
    environment = { DATABASE_URL: first.url, DATABASE_MIGRATE: 'true', TENANTS: SEED };
    atrium = await startProcess(environment);
    for (let nth = 0; nth < 3; nth++) {
      const { id } = await createCampaign(atrium, ID, { name: `Campaign ${nth} – 冬` });
      await createEvent(atrium, ID, { campaignEventId: id });
    }
  }, 240_000);
  afterAll(async () => {
    await endProcess(atrium);
    await there.close();
    await first.remove();
    await second.remove();
  }, 60_000);

  it('stays where it is while it is active, or no whole copy is there', async () => {
    await refused(1, 'Suspend it first');
    await change('suspend', 403);
    await refused(1, `nothing in a schema ${SCHEMA}`);
    await refused(2, '--database-url cannot be reached', `mssql://sa:${SECRET}@127.0.0.1:1/x`);

    const migrated = await command(['migrate'], { DATABASE_URL: second.url, TENANTS: SEED });
    expect(migrated).toMatchObject({ exitCode: 0 });
    await refused(1, 'its epoch differs');

    await copyRows();
    await change('resume', 200);
    await createCampaign(atrium, ID, { name: 'After the copy' });
    await change('suspend', 403);
    await refused(1, 'Copy anew');

    await there.batch(`DELETE FROM "${SCHEMA}"."Revision"`);
    await refused(1, 'cannot be read');
  }, 240_000);

  it('is served from there, with every row, by a pod that runs all the while', async () => {
    await change('resume', 200);
    const before = await everything(atrium, ID);
    await change('suspend', 403);
    await copyRows();
    for (const url of [second.url, first.url, second.url])
      // as long as nobody writes it may go back
      expect(await update(url)).toMatchObject({ exitCode: 0, errors: '' });
    await change('resume', 200);
    expect(await everything(atrium, ID)).toEqual(before);

    const { id } = await createCampaign(atrium, ID, { name: 'In the new place' });
    expect(before.campaigns.map((campaign) => campaign.id)).not.toContain(id);
    expect(await names(nameOf(second))).toContain('In the new place');
    expect(await names(nameOf(first))).not.toContain('In the new place');
    expect(await lastMove()).toMatchObject({
      actor: 'atrium-cli',
      after: expect.not.stringContaining(passwordOf(second)),
    });
    const checked = await command(['migrate', '--tenant', ID, '--check'], environment);
    expect(checked).toMatchObject({ exitCode: 0 });

    await change('suspend', 403);
    await refused(1, 'Copy anew', first.url);
  }, 240_000);

  const update = (url: string) => command(['tenants', 'update', ID, '--database-url', url], environment);

  /** Nothing in the catalogue is another than before. */
  async function refused(exitCode: number, words: string, url = second.url): Promise<void> {
    const before = await catalogue();
    const run = await update(url);
    expect(run).toMatchObject({ exitCode, errors: expect.stringContaining(words), output: '' });
    expect(run.errors).not.toContain(passwordOf(second));
    expect(run.errors).not.toMatch(new RegExp(`${SECRET}|\\n\\s+at `));
    expect(await catalogue()).toEqual(before);
  }

  /** And waits until the pod knows. */
  async function change(word: 'suspend' | 'resume', status: number): Promise<void> {
    expect(await command(['tenants', word, ID], environment)).toMatchObject({ exitCode: 0, errors: '' });
    const startedMs = performance.now();
    while ((await atrium.call(ID, 'GET', '/campaign-events')).status !== status) {
      if (performance.now() - startedMs > 10_000) throw new Error(`It was not answered ${status} within 10 s`);
      await delay(20);
    }
  }

  async function copyRows(): Promise<void> {
    for (const table of TABLES.toReversed()) await there.batch(`DELETE FROM "${SCHEMA}"."${table}"`);
    for (const table of TABLES) {
      const { recordset: columns } = await there.query<{ name: string; counts: boolean }>(
        `SELECT name AS "name", is_identity AS "counts" FROM sys.columns WHERE object_id = OBJECT_ID('${SCHEMA}.${table}')`,
      );
      const list = columns.map(({ name }) => `"${name}"`).join(', ');
      const insert = `INSERT INTO "${SCHEMA}"."${table}" (${list}) SELECT ${list} FROM "${nameOf(first)}"."${SCHEMA}"."${table}"`;
      const counts = columns.some((column) => column.counts);
      const identity = (on: string) => (counts ? `SET IDENTITY_INSERT "${SCHEMA}"."${table}" ${on};` : '');
      await there.batch(`${identity('ON')} ${insert}; ${identity('OFF')}`);
    }
  }

  async function names(database: string): Promise<string[]> {
    const { recordset } = await there.query<{ name: string }>(
      `SELECT "Name" AS "name" FROM "${database}"."${SCHEMA}"."EventCampaigns"`,
    );
    return recordset.map(({ name }) => name);
  }

  async function catalogue(): Promise<unknown[]> {
    const [tenants, changes] = await Promise.all(
      ['Tenants', 'TenantChanges'].map((table) =>
        there.query(`SELECT * FROM "${nameOf(first)}"."platform"."${table}"`),
      ),
    );
    return [tenants?.recordset, changes?.recordset];
  }

  async function lastMove(): Promise<{ actor: string; after: string } | undefined> {
    const { recordset } = await there.query<{ actor: string; after: string }>(
      `SELECT "Actor" AS "actor", "After" AS "after" FROM "${nameOf(first)}"."platform"."TenantChanges" WHERE "Action" = 'move'`,
    );
    return recordset.at(-1);
  }
});

function passwordOf({ url }: TestDatabase): string {
  return decodeURIComponent(new URL(url).password);
}

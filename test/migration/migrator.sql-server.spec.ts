import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mssql from 'mssql';
import { tenantMigrations } from '../../migrations/index.js';
import { startAtrium } from '../support/atrium.js';
import { atrium, malls, startCli } from '../support/cli.js';
import { connectTo, createDatabase, nameOf, type TestDatabase, testServer } from '../support/database.js';

const TENANTS = malls(100);

describe('a hundred tenants to migrate', () => {
  let database: TestDatabase;
  let admin: mssql.ConnectionPool;
  const environment = () => ({ DATABASE_URL: database.url, TENANTS: JSON.stringify(TENANTS) });

  beforeAll(async () => {
    const server = testServer();
    if (!server) throw new Error('TEST_DATABASE_URL is not set');
    database = await createDatabase();
    admin = await connectTo(server, nameOf(database), 2);
  }, 60_000);
  afterAll(async () => {
    await admin.close();
    await database.remove();
  }, 60_000);

  it('are finished by a second run after the first was killed half-way, none migrated twice', async () => {
    const { child, ended } = startCli(['migrate', '--concurrency', '8'], environment());
    while ((await migrated()) < 30) await setTimeout(50);
    child.kill('SIGKILL');
    await ended;
    const half = await migrated();
    expect(half).toBeLessThan(100);

    const started = performance.now();
    const { exitCode, output } = await atrium(['migrate', '--concurrency', '8', '--json'], environment());
    console.log(`killed at ${half} of 100, the rest took ${(performance.now() - started).toFixed()} ms`);
    expect(exitCode).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ failed: 0 });
    expect(await histories()).toEqual(TENANTS.map(() => tenantMigrations.length));
    expect((await atrium(['migrate', '--check'], environment())).exitCode).toBe(0);
  }, 180_000);

  it('are migrated once when two migrators start together', async () => {
    await wipe(TENANTS.slice(0, 20).map(({ id }) => id));
    const runs = await Promise.all([1, 2].map(() => atrium(['migrate', '--json'], environment())));
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const counts = runs.map(({ output }) => (JSON.parse(output) as { migrated: number }).migrated);
    console.log(`two at once: ${counts.join(' and ')} of 20`);
    expect(counts.reduce((sum, count) => sum + count)).toBe(20);
    expect(await histories()).toEqual(TENANTS.map(() => tenantMigrations.length));
  }, 180_000);

  it('are all done but the one that fails, which alone is answered 503 until it is mended', async () => {
    await wipe(TENANTS.map(({ id }) => id));
    await admin.query(`CREATE TABLE "tenant_mall_42"."Changes" ("In the way" INT)`);
    const { exitCode, output } = await atrium(['migrate', '--json'], environment());
    expect(exitCode).toBe(1);
    const report = JSON.parse(output) as { tenants: { id: string; failure?: string }[] };
    expect(report).toMatchObject({ migrated: 99, failed: 1 });
    expect(report.tenants.filter(({ failure }) => failure)).toEqual([
      expect.objectContaining({ id: 'mall-42', failure: expect.stringMatching(/changes.*already/i) }),
    ]);

    const pod = await startAtrium({ ...environment(), DATABASE_MIGRATE: 'false', LOG_LEVEL: 'fatal' });
    try {
      const refused = await pod.call('mall-42', 'GET', '/campaign-events/live');
      expect(refused).toMatchObject({ status: 503, body: { code: 'tenant-unavailable' } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await pod.call('mall-43', 'GET', '/campaign-events/live')).status).toBe(200);

      await admin.query(`DROP TABLE "tenant_mall_42"."Changes"`);
      expect((await atrium(['migrate', '--tenant', 'mall-42'], environment())).exitCode).toBe(0);
      await setTimeout(2_000);
      expect((await pod.call('mall-42', 'GET', '/campaign-events/live')).status).toBe(200);
    } finally {
      await pod.close();
    }
  }, 180_000);

  /** How many tenants the ledger says are migrated. */
  async function migrated(): Promise<number> {
    const rows = await admin
      .query<{ count: number }>('SELECT COUNT(*) AS "count" FROM "platform"."Migrated" WHERE "Version" IS NOT NULL')
      .catch(() => undefined); // the ledger is not there yet
    return rows?.recordset[0]?.count ?? 0;
  }

  /** How many migrations each schema's own history has. */
  async function histories(): Promise<number[]> {
    const { recordset } = await admin.query<{ count: number }>(
      TENANTS.map(({ id }) => `SELECT COUNT(*) AS "count" FROM "${schemaOf(id)}"."Migrations"`).join(' UNION ALL '),
    );
    return recordset.map(({ count }) => count);
  }

  async function wipe(ids: string[]): Promise<void> {
    for (const id of ids) {
      const tables = [
        'Migrations',
        'Rollouts',
        'IdempotencyRecords',
        'Revision',
        'Changes',
        'Events',
        'EventCampaigns',
      ];
      await admin.query(tables.map((table) => `DROP TABLE "${schemaOf(id)}"."${table}"`).join('; '));
    }
  }
});

function schemaOf(id: string): string {
  return `tenant_${id.replaceAll('-', '_')}`;
}

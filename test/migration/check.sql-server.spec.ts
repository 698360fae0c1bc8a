import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tenantMigrations } from '../../migrations/index.js';
import { atrium } from '../support/cli.js';
import { connectTo, createDatabase, nameOf, type TestDatabase, testServer } from '../support/database.js';

const COUNT = 1_000;

describe('a thousand tenants that are up to date', () => {
  let database: TestDatabase;
  const environment = () => ({ DATABASE_URL: database.url });

  beforeAll(async () => {
    const server = testServer();
    if (!server) throw new Error('TEST_DATABASE_URL is not set');
    database = await createDatabase();
    await atrium(['migrate'], environment());
    const admin = await connectTo(server, nameOf(database), 1);
    for (let tenant = 1; tenant <= COUNT; tenant++) await admin.query(upToDate(tenant));
    await admin.close();
  }, 300_000);
  afterAll(() => database.remove(), 120_000);

  it('are checked in less than 2 s beyond the start of the process', async () => {
    const startMs = await time(['--help']);
    const checkMs = await time(['migrate', '--check']);
    console.log(`1,000 tenants checked in ${checkMs - startMs} ms beyond the ${startMs} ms of a start`);
    expect(checkMs - startMs).toBeLessThan(2_000);
  }, 60_000);

  async function time(words: string[]): Promise<number> {
    const started = performance.now();
    expect((await atrium(words, environment())).exitCode).toBe(0);
    return Math.round(performance.now() - started);
  }
});

/** The history of a migrated schema, without its tables: they are not asked after. */
function upToDate(tenant: number): string {
  const schema = `tenant_mall_${tenant}`;
  const history = tenantMigrations.map(({ name }) => `(${name.slice(-13)}, '${name}')`).join(', ');
  const version = tenantMigrations
    .map(({ name }) => name.slice(-13))
    .toSorted()
    .at(-1);
  return `
    EXEC ('CREATE SCHEMA "${schema}"');
    CREATE TABLE "${schema}"."Migrations" ("id" INT IDENTITY(1,1) PRIMARY KEY, "timestamp" BIGINT, "name" VARCHAR(255));
    INSERT INTO "${schema}"."Migrations" ("timestamp", "name") VALUES ${history};
    INSERT INTO "platform"."Tenants" ("Id", "Name", "TimeZone", "SchemaName", "Status", "CreatedOn")
      VALUES ('mall-${tenant}', 'Mall', 'UTC', '${schema}', 'active', SYSUTCDATETIME());
    INSERT INTO "platform"."Migrated" ("TenantId", "Version", "At") VALUES ('mall-${tenant}', '${version}', SYSUTCDATETIME())`;
}

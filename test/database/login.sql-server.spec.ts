import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mssql from 'mssql';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { atrium as command, malls } from '../support/cli.js';
import { connectTo, createDatabase, nameOf, type TestDatabase, testServer } from '../support/database.js';
import { SqlServerUrl } from '../../src/config/sql-server-url.js';

const PASSWORD = `Aa1-${randomBytes(12).toString('hex')}`;
const LOGIN = `atrium_test_${randomBytes(5).toString('hex')}`;

describe('a tenant with a login of its own', () => {
  let database: TestDatabase;
  let admin: mssql.ConnectionPool;
  let own: mssql.ConnectionPool;
  let atrium: Atrium;

  beforeAll(async () => {
    const server = testServer();
    if (!server) throw new Error('TEST_DATABASE_URL is not set');
    database = await createDatabase();
    admin = await connectTo(server, nameOf(database), 1);
    const environment = { DATABASE_URL: database.url, TENANTS: JSON.stringify(malls(2)) };
    await command(['migrate'], environment);
    // As docs/sql-server.md has it.
    await admin.batch(`CREATE LOGIN "${LOGIN}" WITH PASSWORD = '${PASSWORD}'`);
    await admin.batch(`CREATE USER "${LOGIN}" FOR LOGIN "${LOGIN}" WITH DEFAULT_SCHEMA = "tenant_mall_1"`);
    await admin.batch(`GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA::"tenant_mall_1" TO "${LOGIN}"`);

    const url = new URL(database.url);
    url.username = LOGIN;
    url.password = PASSWORD;
    const update = admin.request().input('url', url.href);
    await update.query(`UPDATE "platform"."Tenants" SET "DatabaseUrl" = @url WHERE "Id" = 'mall-1'`);
    own = await connectTo(SqlServerUrl.parse(url.href) as SqlServerUrl, nameOf(database), 1);
    atrium = await startAtrium({ ...environment, DATABASE_MIGRATE: 'false' });
  }, 60_000);
  afterAll(async () => {
    await atrium.close();
    await own.close();
    await admin.close();
    await database.remove();
  }, 60_000);

  it('is served under that login, on a pool of its own, beside those that have none', async () => {
    const campaign = { name: 'Sale', startDate: '2026-01-01T00:00:00Z', endDate: '2999-01-01T00:00:00Z' };
    for (const { id } of malls(2))
      expect((await atrium.call(id, 'POST', '/campaign-events', campaign)).status).toBe(201);
    const { recordset } = await admin.query<{ sessions: number }>(
      `SELECT COUNT(*) AS "sessions" FROM sys.dm_exec_sessions WHERE login_name = '${LOGIN}' AND program_name = 'atrium'`,
    );
    expect(recordset[0]?.sessions).toBeGreaterThan(0);
  });

  it('reaches its own schema alone', async () => {
    expect((await own.query('SELECT "Id" FROM "tenant_mall_1"."EventCampaigns"')).recordset).toHaveLength(1);
    for (const other of ['"tenant_mall_2"."EventCampaigns"', '"platform"."Tenants"'])
      await expect(own.query(`SELECT * FROM ${other}`)).rejects.toThrow(/permission/i);
    await expect(own.query('DELETE FROM "tenant_mall_2"."Changes"')).rejects.toThrow(/permission/i);
  });
});

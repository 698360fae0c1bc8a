import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import mssql from 'mssql';
import { SqlServerUrl } from '../../src/config/sql-server-url.js';

/** A database of a test's own. */
export interface TestDatabase {
  /** As DATABASE_URL takes it. */
  url: string;
  remove(): Promise<void>;
}

/** A new folder, or a new database on the server that TEST_DATABASE_URL names. */
export function createDatabase(): Promise<TestDatabase> {
  const server = testServer();
  return server ? createOnServer(server) : Promise.resolve(createFolder());
}

/** @throws Error when TEST_DATABASE_URL is set and is no such URL */
export function testServer(): SqlServerUrl | undefined {
  const text = process.env['TEST_DATABASE_URL'];
  if (!text) return undefined;
  const url = SqlServerUrl.parse(text);
  if (!url) throw new Error('TEST_DATABASE_URL should be mssql://user:password@host:1433/database');
  return url;
}

/** Its name on the server. */
export function nameOf({ url }: TestDatabase): string {
  return new URL(url).pathname.slice(1);
}

/** One statement on a tenant's schema, or the catalogue's (`platform`), past Atrium. */
export async function execute({ url }: TestDatabase, schema: string, statement: string): Promise<void> {
  const server = SqlServerUrl.parse(url);
  if (!server) {
    const name = schema === 'platform' ? 'catalogue' : join('tenants', schema);
    const file = new Database(join(url.slice('sqlite:'.length), `${name}.sqlite`));
    file.exec(statement.replaceAll(`"${schema}".`, ''));
    file.close();
    return;
  }
  const pool = await connectTo(server, server.database, 1);
  try {
    await pool.query(statement);
  } finally {
    await pool.close();
  }
}

/** A connection to `database` on the test server, beside those of Atrium. */
export function connectTo(server: SqlServerUrl, database = server.database, max = 5): Promise<mssql.ConnectionPool> {
  return new mssql.ConnectionPool({
    server: server.host,
    port: server.port,
    database,
    user: server.user,
    password: server.reveal().password,
    requestTimeout: 10 * 60_000,
    pool: { max },
    options: {
      encrypt: server.encrypt,
      trustServerCertificate: server.trustServerCertificate,
      appName: 'atrium tests',
      useUTC: true,
    },
  }).connect();
}

function createFolder(): TestDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-test-'));
  return { url: `sqlite:${folder}`, remove: async () => rmSync(folder, { recursive: true }) };
}

async function createOnServer(server: SqlServerUrl): Promise<TestDatabase> {
  const name = `${server.database}_${randomBytes(5).toString('hex')}`;
  await onMaster(server, `CREATE DATABASE "${name}"`);
  const url = new URL(server.reveal().text);
  url.pathname = `/${name}`;
  return { url: url.href, remove: () => drop(server, name) };
}

/** Sessions that are on their way out would keep it: they are shown the door, or waited for. */
async function drop(server: SqlServerUrl, name: string): Promise<void> {
  const alone = `ALTER DATABASE "${name}" SET SINGLE_USER WITH ROLLBACK IMMEDIATE`;
  await onMaster(server, alone).catch(() => undefined);
  for (let attempt = 1; ; attempt++) {
    try {
      return await onMaster(server, `DROP DATABASE "${name}"`);
    } catch (thrown) {
      if (attempt === 20) throw thrown;
      await setTimeout(500);
    }
  }
}

/** One at a time over all test processes: servers make databases from a model that they lock. */
async function onMaster(server: SqlServerUrl, statement: string): Promise<void> {
  const master = await connectTo(server, 'master', 1);
  try {
    await master.query(
      `EXEC sp_getapplock @Resource = 'atrium tests', @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 120000`,
    );
    await master.query(statement);
  } finally {
    await master.close();
  }
}

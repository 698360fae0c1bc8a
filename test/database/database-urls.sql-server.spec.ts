import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mssql from 'mssql';
import { ENGINE, type Engine } from '../../src/database/engine.js';
import { type Atrium, NOBODY, signToken, startAtrium } from '../support/atrium.js';
import { malls } from '../support/cli.js';
import { connectTo, createDatabase, nameOf, type TestDatabase, testServer } from '../support/database.js';
import { expectProblem } from '../support/problem.js';

const POOL_MAX = 10;
const ADMIN = { authorization: `Bearer ${await signToken({ sub: 'root', roles: ['platform-admin'] })}` };

describe('the database of a tenant', () => {
  let database: TestDatabase;
  let admin: mssql.ConnectionPool;
  let atrium: Atrium;
  const poolMax = () => atrium.app.get<Engine>(ENGINE, { strict: false }).poolUse?.max;
  const add = (id: string, databaseUrl: string) =>
    atrium.call(NOBODY, 'POST', '/tenants', { id, name: 'Mall', timeZone: 'UTC', databaseUrl }, ADMIN);

  beforeAll(async () => {
    const server = testServer();
    if (!server) throw new Error('TEST_DATABASE_URL is not set');
    database = await createDatabase();
    admin = await connectTo(server, nameOf(database), 1);
    const environment = { DATABASE_URL: database.url, TENANTS: JSON.stringify(malls(3)), LOG_LEVEL: 'fatal' };
    atrium = await startAtrium(environment);
  }, 120_000);
  afterAll(async () => {
    await atrium.close();
    await admin.close();
    await database.remove();
  }, 60_000);

  it('that cannot be reached is refused, and leaves no pool behind', async () => {
    for (const port of [1, 2, 3]) {
      const refused = await add(`nowhere-${port}`, `mssql://sa:secret@127.0.0.1:${port}/none`);
      expectProblem(refused, 422, 'fields-invalid');
    }
    expect(poolMax()).toBe(POOL_MAX);
  });

  it('is the same one, with the same connections, however its URL is written', async () => {
    const url = new URL(database.url);
    url.host = url.host.toUpperCase();
    const spelled = `${url.href}&trustServerCertificate=${url.searchParams.get('trustServerCertificate') ?? 'false'}`;
    expect(spelled).not.toBe(database.url);
    expect((await add('spelled', spelled)).status).toBe(201);
    expect((await atrium.call('spelled', 'GET', '/campaign-events')).status).toBe(200);
    expect(poolMax()).toBe(POOL_MAX);
  });

  it('is nowhere, and not the one of all others, when the catalogue holds no URL that can be read', async () => {
    await admin.query(`UPDATE "platform"."Tenants" SET "DatabaseUrl" = 'mssql://half%' WHERE "Id" = 'mall-1'`);
    await admin.query(`UPDATE "platform"."Revision" SET "Value" = "Value" + 1`); // pods read the catalogue anew
    await atrium.call(NOBODY, 'PATCH', '/tenants/mall-3', { name: 'Renamed' }, ADMIN);
    expectProblem(await atrium.call('mall-1', 'GET', '/campaign-events'), 503, 'tenant-unavailable');
    expect((await atrium.call('mall-2', 'GET', '/campaign-events')).status).toBe(200);
  });
});

import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SqlServerUrl } from '../../src/config/sql-server-url.js';
import { atrium, malls } from '../support/cli.js';
import { createDatabase, execute, type TestDatabase } from '../support/database.js';

describe('atrium migrate', () => {
  let database: TestDatabase;
  const migrate = (...words: string[]) =>
    atrium(['migrate', ...words], { DATABASE_URL: database.url, TENANTS: JSON.stringify(malls(10)) });

  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.remove());

  it('says before the first run that all is to be done, and does none of it', async () => {
    const plan = await migrate('--plan');
    expect(plan).toMatchObject({ exitCode: 0, output: expect.stringContaining('CreateCatalogue') });
    expect((await migrate('--check')).exitCode).toBe(1);
    const made = SqlServerUrl.parse(database.url) ? [] : readdirSync(database.url.slice('sqlite:'.length));
    expect(made).toEqual([]);
  });

  it('makes the tenants of TENANTS and brings all up to date, once', async () => {
    const first = await migrate('--json');
    expect(first).toMatchObject({ exitCode: 0, errors: '' });
    expect(JSON.parse(first.output)).toMatchObject({ migrated: 10, failed: 0, upToDate: 0 });
    expect(JSON.parse((await migrate('--json')).output)).toMatchObject({ migrated: 0, failed: 0, upToDate: 10 });
    expect((await migrate('--check')).exitCode).toBe(0);
  });

  it('goes on past a tenant that fails, names it with its error, and exits with 1 until it is mended', async () => {
    // Its tables are there and its history does not know: creating them again must fail.
    await execute(database, 'tenant_mall_3', 'DELETE FROM "tenant_mall_3"."Migrations"');
    const failed = await migrate('--json');
    expect(failed.exitCode).toBe(1);
    const report = JSON.parse(failed.output) as { tenants: { id: string; failure: string }[] };
    expect(report).toMatchObject({ migrated: 0, failed: 1, upToDate: 9, tenants: [{ id: 'mall-3' }] });
    expect(report.tenants[0]?.failure).toMatch(/EventCampaigns.* already/i);
    expect((await migrate('--check', '--tenant', 'mall-3')).exitCode).toBe(1);
    expect((await migrate('--check', '--tenant', 'mall-4')).exitCode).toBe(0);

    for (const table of [
      'WorkFence',
      'WebhookDeliveries',
      'Webhooks',
      'Rollouts',
      'Tombstones',
      'Purged',
      'IdempotencyRecords',
      'Revision',
      'Changes',
      'Events',
      'EventCampaigns',
    ])
      await execute(database, 'tenant_mall_3', `DROP TABLE "tenant_mall_3"."${table}"`);
    expect(await migrate('--tenant', 'mall-3')).toMatchObject({ exitCode: 0 });
    expect((await migrate('--check')).exitCode).toBe(0);
  });

  it('makes and reports no tenant but the one that is named', async () => {
    const environment = { DATABASE_URL: database.url, TENANTS: JSON.stringify(malls(12)) };
    const mall4 = ['migrate', '--tenant', 'mall-4'];
    expect(await atrium([...mall4, '--check'], environment)).toMatchObject({ exitCode: 0 });
    expect(await atrium(mall4, environment)).toMatchObject({ exitCode: 0 });
    const plan = await atrium(['migrate', '--plan', '--json'], environment);
    expect(JSON.parse(plan.output)).toMatchObject({ tenants: [{ id: 'mall-11' }, { id: 'mall-12' }], upToDate: 10 });
    const mall12 = ['migrate', '--tenant', 'mall-12'];
    expect(await atrium([...mall12, '--check'], environment)).toMatchObject({ exitCode: 1 });
    expect(await atrium([...mall12, '--json'], environment)).toMatchObject({ exitCode: 0 });
    expect((await atrium([...mall12, '--check'], environment)).exitCode).toBe(0);
  });

  it('tells of a tenant whose name or time zone TENANTS says otherwise, with both values, and leaves it as it is', async () => {
    const [first, ...others] = malls(10);
    const changed = { ...first, name: 'Grand Mall', timeZone: 'Europe/Paris' };
    const environment = { DATABASE_URL: database.url, TENANTS: JSON.stringify([changed, ...others]) };
    const { exitCode, output } = await atrium(['migrate'], environment);
    expect([exitCode, output]).toEqual([
      0,
      expect.stringContaining('mall-1: name: TENANTS says "Grand Mall", the catalogue "Mall"'),
    ]);
    expect(output).toContain('mall-1: timeZone: TENANTS says "Europe/Paris", the catalogue "UTC"');
    expect(output).not.toMatch(/mall-([2-9]|10).*TENANTS/);
    const check = await atrium(['migrate', '--check', '--json', '--tenant', 'mall-1'], environment);
    expect(check.exitCode).toBe(0);
    expect(JSON.parse(check.output)).toMatchObject({
      differing: [
        { id: 'mall-1', field: 'name', given: 'Grand Mall', kept: 'Mall' },
        { id: 'mall-1', field: 'timeZone', given: 'Europe/Paris', kept: 'UTC' },
      ],
    });
  });

  it('plans for the tenants, too, while the catalogue itself is behind', async () => {
    for (const statement of [
      'ALTER TABLE "platform"."Tenants" DROP COLUMN "Revision"',
      'DROP TABLE "platform"."Revision"',
      'DROP TABLE "platform"."TenantChanges"',
      `DELETE FROM "platform"."Migrations" WHERE "name" LIKE 'CreateTenantChanges%'`,
    ])
      await execute(database, 'platform', statement);
    const plan = await migrate('--plan', '--json');
    expect(plan).toMatchObject({ exitCode: 0, errors: '' });
    expect(JSON.parse(plan.output)).toMatchObject({ catalogue: ['CreateTenantChanges1764200000000'], upToDate: 11 });
    expect((await migrate()).exitCode).toBe(0);
    expect((await migrate('--check')).exitCode).toBe(0);
  });

  it('exits with 2 when it does not understand', async () => {
    const runs = [['--tenant', 'nowhere'], ['--concurrency', 'many'], ['--chekc']].map((words) => migrate(...words));
    expect((await Promise.all(runs)).map(({ exitCode }) => exitCode)).toEqual([2, 2, 2]);
    const secret = await atrium(['migrate'], { DATABASE_URL: 'mssql://sa:secret-word@host' });
    expect(secret.exitCode).toBe(2);
    expect(secret.output + secret.errors).not.toContain('secret-word');
  });

  it('explains itself with examples', async () => {
    const help = await migrate('--help');
    expect(help).toMatchObject({ exitCode: 0, output: expect.stringContaining('Examples:') });
  });
});

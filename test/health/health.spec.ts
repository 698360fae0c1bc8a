import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Readiness } from '../../src/health/readiness.js';
import { Migrated } from '../../src/catalogue/migrated.entity.js';
import { type Atrium, NOBODY, startAtrium } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';

const NO_TOKEN = { authorization: '' };

interface Report {
  status: string;
  details: Record<string, { status: string; message?: string; behind?: number; quarantined?: number }>;
}

describe('health', () => {
  let atrium: Atrium;
  afterEach(() => atrium.close());

  function health(path = '') {
    return atrium.call<Report>(NOBODY, 'GET', `/health${path}`, undefined, NO_TOKEN);
  }

  /** As when the database is there and its answers are of no use. */
  function breakCatalogue(): Promise<unknown> {
    const catalogue = atrium.app.get(DataSource, { strict: false });
    return catalogue.query(`DROP TABLE ${catalogue.getMetadata(Migrated).tablePath}`);
  }

  it.each(['true', 'false'])('is for anyone, without tenant and token (PUBLIC_READS=%s)', async (publicReads) => {
    atrium = await startAtrium({ PUBLIC_READS: publicReads });
    for (const path of ['/live', '/ready', '']) {
      const { status, body, headers } = await health(path);
      expect([path, status, body.status]).toEqual([path, 200, 'ok']);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('reports the database, and how many shopping centres there are and are not served', async () => {
    atrium = await startAtrium();
    expect((await health()).body.details).toMatchObject({
      database: { status: 'up' },
      tenants: { status: 'up', known: 2, behind: 0, quarantined: 0 },
    });
    expect((await health()).body.details).not.toHaveProperty('redis');
  });

  it('without its database is 503 in the report alone: alive and ready, since cached reads go on', async () => {
    atrium = await startAtrium();
    await breakCatalogue();
    const { detail } = expectProblem(await health(), 503, 'unhealthy');
    expect(detail).toMatch(/database: does not answer/);
    expect((await health('/live')).status).toBe(200);
    expect((await health('/ready')).status).toBe(200);
  });

  it('asks the database once a second, however often it is asked itself', async () => {
    atrium = await startAtrium();
    await health();
    await breakCatalogue();
    const statuses = await Promise.all(Array.from({ length: 50 }, async () => (await health()).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it('reports a shopping centre whose schema cannot be migrated, by number and not by name, and stays 200', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atrium-health-'));
    mkdirSync(join(folder, 'tenants'));
    writeFileSync(join(folder, 'tenants', 'tenant_berlin_mall.sqlite'), 'This is no database. '.repeat(500));
    atrium = await startAtrium({ DATABASE_URL: `sqlite:${folder}`, LOG_LEVEL: 'fatal' });
    const { status, body } = await health();
    expect([status, body.status]).toEqual([200, 'degraded']);
    expect(body.details['tenants']).toMatchObject({ status: 'degraded', behind: 0, quarantined: 1 });
    expect(JSON.stringify(body)).not.toMatch(/berlin/);
    rmSync(folder, { recursive: true });
  });

  it('reports how many shopping centres could not be opened of late, whatever the migrator says of them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atrium-health-'));
    const file = join(folder, 'tenants', 'tenant_berlin_mall.sqlite');
    atrium = await startAtrium({ DATABASE_URL: `sqlite:${folder}`, LOG_LEVEL: 'fatal' });
    renameSync(file, `${file}.kept`);
    writeFileSync(file, 'This is no database. '.repeat(500));
    for (const _ of [0, 1]) expectProblem(await atrium.call('berlin-mall', 'GET', '/campaign-events'), 503);
    const { status, body } = await health();
    expect([status, body.status]).toEqual([200, 'degraded']);
    expect(body.details['tenants']).toMatchObject({ status: 'degraded', behind: 0, quarantined: 0, failing: 1 });
    const metrics = await atrium.call<string>(NOBODY, 'GET', '/metrics');
    expect(metrics.body).toMatch(/^atrium_tenants_failing 1$/m);

    renameSync(`${file}.kept`, file);
    await delay(1_100); // it is tried again after a second
    expect((await atrium.call('berlin-mall', 'GET', '/campaign-events')).status).toBe(200);
    expect((await health()).body.details['tenants']).toMatchObject({ status: 'up', failing: 0 });
    rmSync(folder, { recursive: true });
  });

  it.each(['starting', 'draining'] as const)('is not ready while it is %s, and alive', async (state) => {
    atrium = await startAtrium();
    atrium.app.get(Readiness, { strict: false }).state = state;
    expectProblem(await health('/ready'), 503, 'not-ready');
    expect((await health('/live')).status).toBe(200);
  });
});

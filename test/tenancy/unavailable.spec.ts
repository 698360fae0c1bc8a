import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { type Answer, type Atrium, startAtrium } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';
import { createCampaign, everything, NOVEMBER } from '../support/rows.js';

const MALL = 'berlin-mall';
const OTHER = 'york-plaza';

describe('on SQLite', () => {
  let folder: string;
  let atrium: Atrium;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atrium-unavailable-'));
  });
  afterEach(async () => {
    await atrium.close();
    rmSync(folder, { recursive: true });
  });

  it('a shopping centre whose rows cannot be opened is answered 503 by itself; the others serve', async () => {
    mkdirSync(join(folder, 'tenants'));
    writeFileSync(join(folder, 'tenants', 'tenant_berlin_mall.sqlite'), 'This is no database. '.repeat(500));
    atrium = await startAtrium({ DATABASE_URL: `sqlite:${folder}`, LOG_LEVEL: 'fatal' });
    expectUnavailable(await atrium.call(MALL, 'GET', '/campaign-events'), 'tenant-unavailable');
    expectUnavailable(await atrium.call(MALL, 'POST', '/campaign-events', NOVEMBER), 'tenant-unavailable');
    await createCampaign(atrium, OTHER);
  });

  it('a write that the database does not take is answered 503, leaves nothing, and can be repeated', async () => {
    atrium = await startAtrium({ DATABASE_URL: `sqlite:${folder}` });
    await createCampaign(atrium, MALL);
    const before = await everything(atrium, MALL);
    const file = new Database(join(folder, 'tenants', 'tenant_berlin_mall.sqlite'));
    file.exec('BEGIN IMMEDIATE');
    expectUnavailable(await atrium.call(MALL, 'POST', '/campaign-events', NOVEMBER), 'database-unavailable');
    expect(await everything(atrium, MALL)).toEqual(before);
    file.exec('ROLLBACK');
    file.close();
    await createCampaign(atrium, MALL);
    expect((await everything(atrium, MALL)).changes.map(({ revision }) => revision)).toEqual([1, 2]);
  });
});

function expectUnavailable(answer: Answer, code: string): void {
  expectProblem(answer, 503, code);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(answer.headers.get('vary')).toBe('X-Tenant-Id, Accept-Encoding, Authorization');
}

import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { Event } from '../../src/event/event.entity.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { runAs } from '../../src/tenancy/tenant-context.js';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { ALWAYS, createCampaign } from '../support/rows.js';

const BUSY = 'berlin-mall';
const OTHER = 'york-plaza';
const ROWS = 15_000;
const APART_MS = 10;
const ROUND_MS = 2_000;
const PUBLIC = { authorization: '' };

let atrium: Atrium;
beforeAll(async () => {
  atrium = await startAtrium();
  for (const tenant of [BUSY, OTHER]) await createCampaign(atrium, tenant, ALWAYS);
  await plan();
}, 120_000);
afterAll(() => atrium.close());

it('a tenant whose rows start one after the other holds up no other tenant', async () => {
  const shares: number[] = [];
  for (let round = 0; round < 3 && !shares.some((share) => share > 0.3); round++) {
    const quiet = await answersOfOther();
    const reading = new AbortController();
    const reader = readBusy(reading.signal);
    await delay(200);
    const beside = await answersOfOther();
    reading.abort();
    expect(await reader).toBeGreaterThan(5);
    shares.push(beside / quiet);
  }
  process.stdout.write(
    `another tenant's answers beside ${ROWS} rows: ${shares.map((it) => it.toFixed(2)).join(', ')}\n`,
  );
  expect(Math.max(...shares)).toBeGreaterThan(0.3);
}, 60_000);

/** Two thirds of the rows have started, and every few milliseconds another one does. */
async function plan(): Promise<void> {
  const tenant = atrium.app.get(Catalogue).find(BUSY);
  if (!tenant) throw new Error(`The tests need the tenant ${BUSY}`);
  const firstMs = Date.now() - (ROWS * APART_MS * 2) / 3;
  const at = new Date();
  const row = { createdOn: at, updatedOn: at, revision: 1, campaignEventId: 0, endDate: new Date('2900-01-01') };
  const content = { status: 'published' as const, visibleFrom: null, tags: [], translations: {} };
  const rows = Array.from({ length: ROWS }, (_, index) => ({
    ...row,
    ...content,
    name: `Phase ${index}`,
    startDate: new Date(firstMs + index * APART_MS),
  }));
  await runAs({ tenant }, () =>
    atrium.app.get(TenantDatabase).write(async (manager) => {
      for (let from = 0; from < ROWS; from += 100) await manager.insert(Event, rows.slice(from, from + 100));
    }),
  );
}

/** Reads of the other tenant in a while, one after the other. */
async function answersOfOther(): Promise<number> {
  let answers = 0;
  for (const endMs = performance.now() + ROUND_MS; performance.now() < endMs; answers++)
    await atrium.call(OTHER, 'GET', '/campaign-events/live', undefined, PUBLIC);
  return answers;
}

/** Has the answer made anew as often as it may be, and takes no body of megabytes. */
async function readBusy(signal: AbortSignal): Promise<number> {
  let answers = 0;
  for (; !signal.aborted; answers++) {
    const { status } = await atrium.call(BUSY, 'GET', '/events/live', undefined, { ...PUBLIC, 'if-none-match': '*' });
    expect(status).toBe(304);
    await delay(2);
  }
  return answers;
}

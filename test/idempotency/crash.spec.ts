import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { call, TENANTS } from '../support/atrium.js';
import { listAll } from '../support/rows.js';
import { type AtriumProcess, endProcess, startProcess } from '../support/process.js';

const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 3);
const AT_ONCE = 40;
const TENANT = 'berlin-mall';

const folder = mkdtempSync(join(tmpdir(), 'atrium-test-'));
const environment = { DATABASE_URL: `sqlite:${folder}`, TENANTS: JSON.stringify(TENANTS) };
let atrium: AtriumProcess | undefined;
afterAll(async () => {
  if (atrium) await endProcess(atrium, 'SIGKILL');
  rmSync(folder, { recursive: true });
});

it(`makes one row of a POST that was cut off by kill -9 and sent again, ${ROUNDS} × ${AT_ONCE} times`, async () => {
  const keys: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const dying = (atrium = await startProcess(environment));
    const mine = Array.from({ length: AT_ONCE }, () => randomUUID());
    keys.push(...mine);
    // After the first few answers the others are queued, at work, or committed and not yet answered.
    let untilKill = 1 + Math.floor(Math.random() * (AT_ONCE / 2));
    let killed: Promise<unknown> | undefined;
    const posts = mine.map(async (key) => {
      await create(dying, key);
      if (--untilKill === 0) killed = endProcess(dying, 'SIGKILL');
    });
    await Promise.allSettled(posts);
    await killed;

    const reborn = (atrium = await startProcess(environment));
    for (const key of mine) expect((await create(reborn, key)).status).toBe(201);
    const rows = await listAll({ call: (...request) => call(reborn.url, ...request) }, TENANT, '/campaign-events');
    expect(rows.map(({ name }) => name).toSorted()).toEqual(keys.toSorted());
    await endProcess(reborn);
  }
}, 120_000);

/** The campaign bears its key as name, so that a second row of it would be seen. */
function create({ url }: AtriumProcess, key: string) {
  const campaign = { name: key, startDate: '2030-01-01T00:00:00Z', endDate: '2030-02-01T00:00:00Z' };
  return call(url, TENANT, 'POST', '/campaign-events', campaign, { 'idempotency-key': key });
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TENANTS } from '../support/atrium.js';
import { type AtriumProcess, endProcess, freePort, startProcess } from '../support/process.js';

const ROUNDS = Number(process.env['FLOOD_ROUNDS'] ?? 4);
const SECONDS = 2;

const folder = mkdtempSync(join(tmpdir(), 'atrium-test-'));
let atrium: AtriumProcess;
let metricsUrl: string;
beforeAll(async () => {
  const port = String(await freePort());
  metricsUrl = `http://127.0.0.1:${port}/metrics`;
  atrium = await startProcess({
    DATABASE_URL: `sqlite:${folder}`,
    TENANTS: JSON.stringify(TENANTS),
    METRICS_PORT: port,
  });
});
afterAll(async () => {
  await endProcess(atrium);
  rmSync(folder, { recursive: true });
});

it('ten connections that ask for metrics without a pause leave live reads their share', async () => {
  const live = `${atrium.url}/campaign-events/live`;
  await answersOf(live);
  const shares: number[] = [];
  // Machines have other things to do as well: one clean round shows it.
  for (let round = 0; round < ROUNDS && !shares.some((share) => share > 1 / 4); round++) {
    const quiet = await answersOf(live);
    const flood = answersOf(metricsUrl);
    const flooded = await answersOf(live);
    const scrapes = await flood;
    process.stdout.write(`live reads in ${SECONDS} s: ${quiet}, beside ${scrapes} scrapes ${flooded}\n`);
    shares.push(flooded / quiet);
  }
  expect(Math.max(...shares)).toBeGreaterThan(1 / 4);
}, 60_000);

/** How many answers ten connections get. */
async function answersOf(url: string): Promise<number> {
  const answers = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(READERS, { eval: true, workerData: { url, answers } });
  await delay(500);
  const before = answers[0] ?? 0;
  await delay(SECONDS * 1_000);
  const count = (answers[0] ?? 0) - before;
  await worker.terminate();
  return count;
}

/** In a thread of its own. */
const READERS = `
  const { workerData: { url, answers } } = require('node:worker_threads');
  const { Agent, get } = require('node:http');
  const agent = new Agent({ keepAlive: true, maxSockets: 10 });
  const ask = () => get(url, { agent, headers: { 'x-tenant-id': 'berlin-mall' } }, (response) => {
    answers[0]++;
    response.resume().on('end', ask);
  }).on('error', () => {});
  for (let n = 0; n < 10; n++) ask();
`;

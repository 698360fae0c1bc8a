import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { call, TENANTS } from '../support/atrium.js';
import { type AtriumProcess, endProcess, startProcess } from '../support/process.js';

const CLIENTS = 500;
const TENANT = 'berlin-mall';

/** How a slow client begins, and what it goes on sending, a drop a second. */
const WAYS: [start: string, drop: string][] = [
  ['', ''],
  ['GET /events/live HTTP/1.1\r\nHost: a\r\nX-Tenant-Id: berlin-mall\r\nX-Slow: ', 'a'],
  [
    'POST /events HTTP/1.1\r\nHost: a\r\nX-Tenant-Id: berlin-mall\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n',
    ' ',
  ],
];

const folder = mkdtempSync(join(tmpdir(), 'atrium-test-'));
let atrium: AtriumProcess;
beforeAll(async () => {
  atrium = await startProcess({
    DATABASE_URL: `sqlite:${folder}`,
    TENANTS: JSON.stringify(TENANTS),
    LOG_LEVEL: 'warn',
    // Keeps V8 from doubling its young generation between the two readings, which no connection takes.
    NODE_OPTIONS: '--max-semi-space-size=16',
  });
});
afterAll(async () => {
  await endProcess(atrium);
  rmSync(folder, { recursive: true });
});

it(`ends ${CLIENTS} slow connections in time, serves others meanwhile, and gives their memory back`, async () => {
  await slowestMs(200);
  const quietMs = await slowestMs(200);
  const quietMiB = residentMiB(Number(atrium.child.pid));
  const startMs = performance.now();
  const clients = Array.from({ length: CLIENTS }, (_, index) => slowClient(WAYS[index % WAYS.length] ?? ['', '']));

  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(clients.filter(({ socket }) => !socket.destroyed).length).toBe(CLIENTS);
  const busyMs = await slowestMs(200);
  const statuses = await Promise.all(clients.map(({ status }) => status));
  const endedSeconds = (performance.now() - startMs) / 1_000;
  await slowestMs(200);
  const afterMiB = residentMiB(Number(atrium.child.pid));

  expect(new Set(statuses)).toEqual(new Set(['408']));
  expect(endedSeconds).toBeLessThan(25);
  expect(busyMs).toBeLessThan(Math.max(1_000, 5 * quietMs));
  expect(afterMiB - quietMiB).toBeLessThan(40);
  expect(atrium.output()).not.toMatch(/error/i);
}, 60_000);

interface SlowClient {
  socket: Socket;
  /** The answer so far when the connection ended; empty when there was none. */
  status: Promise<string>;
}

function slowClient([start, drop]: [string, string]): SlowClient {
  const socket = connect(Number(new URL(atrium.url).port), '127.0.0.1', () => socket.write(start));
  const dripping = setInterval(() => socket.writable && socket.write(drop), 1_000);
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString()));
  socket.on('error', () => {});
  return {
    socket,
    status: new Promise((resolve) => {
      socket.on('close', () => {
        clearInterval(dripping);
        resolve(received.slice('HTTP/1.1 '.length, 12));
      });
    }),
  };
}

/** The slowest of so many requests, one after another, all of which must succeed. */
async function slowestMs(requests: number): Promise<number> {
  let slowest = 0;
  for (let i = 0; i < requests; i++) {
    const startMs = performance.now();
    expect((await call(atrium.url, TENANT, 'GET', '/campaign-events/live')).status).toBe(200);
    slowest = Math.max(slowest, performance.now() - startMs);
  }
  return slowest;
}

/** Linux only; elsewhere memory is not looked at. */
function residentMiB(pid: number): number {
  if (process.platform !== 'linux') return 0;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}

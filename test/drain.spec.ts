import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { callerHeaders, TENANTS } from './support/atrium.js';
import { copyCampaign } from './support/copies.js';
import { type AtriumProcess, endProcess, startProcess } from './support/process.js';
import { mute, pipelined, readSlowly } from './support/raw-client.js';
import { ALWAYS, createCampaign, listAll, NOVEMBER } from './support/rows.js';

const MALL = 'berlin-mall';
const OTHER = 'york-plaza';
const LIVE = '/campaign-events/live';
/** Raise them to try harder. */
const HALF_OPEN = Number(process.env['HALF_OPEN'] ?? 60);
const SLOW_READERS = Number(process.env['SLOW_READERS'] ?? 6);
const UNCLOSABLE = fileURLToPath(new URL('support/unclosable.process.js', import.meta.url));

describe('told to stop, the process', () => {
  let folder: string;
  let started: AtriumProcess[];
  const clients: Socket[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atrium-drain-'));
    started = [];
  });
  afterEach(async () => {
    for (const socket of clients.splice(0)) socket.destroy();
    for (const running of started) await endProcess(running, 'SIGKILL');
    rmSync(folder, { recursive: true });
  });

  async function start(environment: Record<string, string>): Promise<AtriumProcess> {
    const running = await startProcess({
      DATABASE_URL: `sqlite:${folder}`,
      TENANTS: JSON.stringify(TENANTS),
      DEMO: 'false',
      ...environment,
    });
    started.push(running);
    return running;
  }

  it('is not ready at once, serves until the balancer has noticed, and fails no request', async () => {
    const atrium = await start({ DRAIN_DELAY_MS: '1500' });
    await createCampaign(atrium, MALL);
    const balancer = { isSending: true };
    const load = Array.from({ length: 8 }, (_, worker) => send(atrium.url, worker, balancer));
    await delay(300);
    atrium.child.kill('SIGTERM');
    const notReadyMs = await untilNotReady(atrium.url);
    await delay(700);
    balancer.isSending = false;
    const done = await Promise.all(load);
    expect(await atrium.ended).toBe(0);
    expect(notReadyMs).toBeLessThan(500);
    expect(done.flatMap(({ failures }) => failures)).toEqual([]);
    // Whoever keeps connections is told to open the next one elsewhere, by the fast path and by the framework.
    expect(done.every(({ closes }) => closes > 0)).toBe(true);
    const created = done.reduce((sum, { writes }) => sum + writes, 0);
    expect(created).toBeGreaterThan(0);
    const again = await start({});
    expect(await listAll(again, MALL, '/campaign-events')).toHaveLength(created + 1);
  });

  it('finishes a write that began before, however slowly it comes', async () => {
    const atrium = await start({ SHUTDOWN_GRACE_MS: '8000' });
    const write = slowWrite(atrium.url, 1_500);
    await delay(500);
    atrium.child.kill('SIGTERM');
    expect(await write).toMatch(/^HTTP\/1.1 201/);
    expect(await atrium.ended).toBe(0);
    expect(await listAll(await start({}), MALL, '/campaign-events')).toHaveLength(1);
  });

  it('past the grace gives up with 1, and says what was in flight', async () => {
    const atrium = await start({ SHUTDOWN_GRACE_MS: '600' });
    const write = slowWrite(atrium.url, 5_000).catch(() => 'cut');
    await delay(300);
    atrium.child.kill('SIGTERM');
    expect(await atrium.ended).toBe(1);
    expect(atrium.output()).toMatch(/still in flight: POST \/campaign-events"/);
    expect(await write).not.toMatch(/201/);
  });

  it('ends with 1 when something cannot be closed, says what, and does the rest', async () => {
    const atrium = await startProcess({ DATABASE_URL: `sqlite:${folder}` }, UNCLOSABLE);
    started.push(atrium);
    atrium.child.kill('SIGTERM');
    expect(await atrium.ended).toBe(1);
    expect(atrium.output()).toMatch(/"context":"Drain","msg":"[^"]*the server does not close/);
    expect(atrium.output()).toContain('The last traces are sent');
  });

  it.each([
    ['nothing', ''],
    ['half a head', 'GET /health HTTP/1.1\r\nhost: a\r\nx-half'],
    ['half a body', `${headOfWrite('127.0.0.1', 5_000)}{"name":`],
  ])('does not wait for a connection on which %s was sent', async (_, bytes) => {
    const atrium = await start({ SHUTDOWN_GRACE_MS: '30000' });
    for (let n = 0; n < 5; n++) clients.push(await mute(atrium.url, bytes));
    await delay(300);
    const toldMs = performance.now();
    atrium.child.kill('SIGTERM');
    expect(await atrium.ended).toBe(0);
    expect(performance.now() - toldMs).toBeLessThan(6_000);
  });

  it('finishes the answer of a client that reads slowly', async () => {
    const atrium = await start({ SHUTDOWN_GRACE_MS: '30000' });
    await createCampaign(atrium, MALL, { ...ALWAYS, name: 'x'.repeat(500) });
    await copyCampaign(folder, MALL, 15_000);
    const client = await mute(atrium.url, pipelined(1, LIVE, { 'x-tenant-id': MALL }));
    const reading = readSlowly(client, 3_000_000);
    await until(() => client.bytesRead > 1_000_000);
    atrium.child.kill('SIGTERM');
    const { length, isWhole } = await reading;
    expect(length).toBeGreaterThan(9_000_000);
    expect(isWhole).toBe(true);
    expect(await atrium.ended).toBe(0);
  });

  it('cuts no answer under load, with half-open connections and slow readers', async () => {
    const atrium = await start({ SHUTDOWN_GRACE_MS: '30000', DRAIN_DELAY_MS: '1500' });
    await createCampaign(atrium, MALL, { ...ALWAYS, name: 'x'.repeat(500) });
    await copyCampaign(folder, MALL, 8_000);
    const halves = ['', 'GET /health HTTP/1.1\r\nhost: a\r\n', `${headOfWrite('127.0.0.1', 5_000)}{"name":`];
    for (let n = 0; n < HALF_OPEN; n++) clients.push(await mute(atrium.url, halves[n % halves.length] ?? ''));
    const readers = Array.from({ length: SLOW_READERS }, async () =>
      readSlowly(await mute(atrium.url, pipelined(1, LIVE, { 'x-tenant-id': MALL })), 1_500_000),
    );
    const balancer = { isSending: true };
    const load = Array.from({ length: 4 }, (_, worker) => send(atrium.url, worker, balancer, OTHER));
    await delay(700);
    atrium.child.kill('SIGTERM');
    await untilNotReady(atrium.url);
    await delay(300);
    balancer.isSending = false;
    const done = await Promise.all(load);
    expect(done.flatMap(({ failures }) => failures)).toEqual([]);
    expect((await Promise.all(readers)).filter(({ isWhole }) => !isWhole)).toEqual([]);
    expect(await atrium.ended).toBe(0);
  });

  it('hears one Ctrl-C that comes twice, from the terminal and from npm, once', async () => {
    const atrium = await start({ DRAIN_DELAY_MS: '2500' });
    atrium.child.kill('SIGINT');
    await delay(50);
    atrium.child.kill('SIGINT');
    await untilNotReady(atrium.url);
    expect(await atrium.ended).toBe(0);
    expect(atrium.output()).not.toContain('again');
  });

  it('goes at once when Ctrl-C is pressed a second time', async () => {
    const atrium = await start({ DRAIN_DELAY_MS: '9000' });
    atrium.child.kill('SIGINT');
    await untilNotReady(atrium.url);
    await delay(1_100);
    const toldMs = performance.now();
    atrium.child.kill('SIGINT');
    expect(await atrium.ended).toBe(1);
    expect(performance.now() - toldMs).toBeLessThan(2_000);
  });

  it('goes at once when it is told twice', async () => {
    const atrium = await start({ DRAIN_DELAY_MS: '9000' });
    atrium.child.kill('SIGTERM');
    await untilNotReady(atrium.url);
    const toldMs = performance.now();
    atrium.child.kill('SIGINT');
    expect(await atrium.ended).toBe(1);
    expect(performance.now() - toldMs).toBeLessThan(2_000);
  });
});

/** Reads and writes on connections that are kept, until the balancer sends no more. */
async function send(url: string, worker: number, balancer: { isSending: boolean }, tenant = MALL) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const done = { failures: [] as string[], closes: 0, writes: 0 };
  for (let n = 0; balancer.isSending; n++) {
    const isWrite = worker === 0;
    const method = isWrite ? 'POST' : 'GET';
    try {
      const { status, connection } = await once(agent, url, method, worker % 2 ? LIVE : undefined, tenant);
      if (status !== (isWrite ? 201 : 200)) done.failures.push(`${method}: ${status}`);
      if (connection === 'close') done.closes++;
      if (isWrite) done.writes++;
    } catch (thrown) {
      done.failures.push(`${method}: ${String(thrown)}`);
    }
  }
  agent.destroy();
  return done;
}

function once(agent: Agent, url: string, method: string, path = '/campaign-events', mall = MALL) {
  return new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
    const { authorization = '', ...tenant } = callerHeaders(mall);
    const headers = method === 'POST' ? { ...tenant, authorization, 'content-type': 'application/json' } : tenant;
    const sent = request(url + path, { agent, method, headers }, (response) => {
      response
        .resume()
        .on('end', () => resolve({ status: response.statusCode, connection: response.headers.connection }));
    });
    sent.on('error', reject).end(method === 'POST' ? JSON.stringify(NOVEMBER) : undefined);
  });
}

/** How long it took until the process said that it should get no more requests. */
async function untilNotReady(url: string): Promise<number> {
  const beganMs = performance.now();
  while ((await fetch(`${url}/health/ready`)).status === 200) await delay(10);
  return performance.now() - beganMs;
}

/** A write whose body arrives in two halves, so many milliseconds apart. @returns the answer's text */
async function slowWrite(url: string, pauseMs: number): Promise<string> {
  const { hostname, port } = new URL(url);
  const body = JSON.stringify(NOVEMBER);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString()));
  const closed = new Promise((resolve) => socket.on('error', () => undefined).on('close', resolve));
  socket.write(headOfWrite(hostname, body.length) + body.slice(0, 10));
  await delay(pauseMs);
  if (!socket.destroyed) socket.write(body.slice(10));
  await closed;
  return answer;
}

function headOfWrite(host: string, length: number): string {
  const head = [
    'POST /campaign-events HTTP/1.1',
    `Host: ${host}`,
    ...Object.entries(callerHeaders(MALL)).map(([name, value]) => `${name}: ${value}`),
    'Content-Type: application/json',
    `Content-Length: ${length}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n`;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

import '../src/node-version.js';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { editorToken, freePort, type Server, startAtrium, startPeer } from './server.js';
import { type Figures, load, requireTools, type Target } from './wrk.js';

const HELP = `npm run bench -- [--rounds 5] [--seconds 3] [--json FILE]

Requests a second of Atrium's reads as shares of bare Fastify sending the same bytes and headers. The servers take
turns on the first core, wrk loads from the second; a round in which bare Fastify itself moved by more than a fifth
is repeated. Needs wrk and taskset; the row "from Redis" needs redis-server.`;

const BASELINE = 'bare Fastify';
const CENTRE = { 'X-Tenant-Id': 'bench' };

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(HELP);
else await bench(Number(options.rounds), Number(options.seconds));

async function bench(rounds: number, seconds: number): Promise<void> {
  await requireTools();
  const port = String(await freePort());
  const redis = spawn('redis-server', ['--port', port, '--save', '', '--bind', '127.0.0.1'], { stdio: 'ignore' });
  const hasRedis = await new Promise<boolean>((resolve) => {
    redis.once('spawn', () => resolve(true));
    redis.once('error', () => resolve(false));
  });
  const servers: Server[] = [];
  try {
    const targets = await startAll(servers, hasRedis ? `redis://127.0.0.1:${port}` : undefined);
    const shares = await measure(targets, rounds, seconds);
    report(shares, hasRedis);
  } finally {
    for (const server of servers) server.stop();
    redis.kill();
  }
}

async function startAll(servers: Server[], redisUrl: string | undefined): Promise<Map<string, Target>> {
  const begin = async (starting: Promise<Server>): Promise<Server> => {
    const server = await starting;
    servers.push(server);
    return server;
  };
  const tenants = JSON.stringify([{ id: 'bench', name: 'Bench', timeZone: 'Europe/Berlin' }]);
  const memory = await begin(startAtrium({ TENANTS: tenants }));
  const noCache = await begin(startAtrium({ TENANTS: tenants, CACHE_MEMORY_MB: '0' }));
  await Promise.all([memory, noCache].map(({ url }) => fill(url)));

  const live = { url: `${memory.url}/campaign-events/live`, headers: CENTRE };
  const answer = await sample(live);
  const http = await begin(startPeer('node http', answer));
  const fastify = await begin(startPeer('bare Fastify', answer));
  const targets = new Map<string, Target>([
    [BASELINE, { ...live, url: `${fastify.url}/campaign-events/live` }],
    ['node http', { ...live, url: `${http.url}/campaign-events/live` }],
    ['Atrium, live, from memory', live],
    ['Atrium, live, 304', { ...live, headers: { ...CENTRE, 'If-None-Match': answer.headers.etag ?? '' } }],
    ['Atrium, a campaign by id, from memory', { ...live, url: `${memory.url}/campaign-events/0` }],
    ['Atrium, a page, from memory', { ...live, url: `${memory.url}/campaign-events?limit=12` }],
    ['Atrium, live, from the database (no cache)', { ...live, url: `${noCache.url}/campaign-events/live` }],
  ]);
  if (redisUrl !== undefined) {
    const redis = await begin(startAtrium({ TENANTS: tenants, CACHE_MEMORY_MB: '0', REDIS_URL: redisUrl }));
    await fill(redis.url);
    targets.set('Atrium, live, from Redis', { ...live, url: `${redis.url}/campaign-events/live` });
  }
  return targets;
}

/** Twelve live campaigns: about two kilobytes. */
async function fill(url: string): Promise<void> {
  const authorization = `Bearer ${await editorToken()}`;
  for (let index = 0; index < 12; index++) {
    const response = await fetch(`${url}/campaign-events`, {
      method: 'POST',
      headers: { ...CENTRE, authorization, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        name: `Campaign ${index}`,
        startDate: '2026-01-01T00:00:00Z',
        endDate: '2999-01-01T00:00:00Z',
      }),
    });
    if (response.status !== 201) throw new Error(`Cannot fill the database: ${await response.text()}`);
  }
}

/** An answer as wrk gets it: without a content coding, which fetch would ask for and take off the body, not off its headers. */
async function sample({ url, headers }: Target) {
  const asked = { ...headers, 'Accept-Encoding': 'identity' };
  await fetch(url, { headers: asked });
  const response = await fetch(url, { headers: asked });
  const sent = Object.fromEntries(response.headers);
  for (const own of ['connection', 'keep-alive', 'date']) delete sent[own];
  return { body: await response.text(), headers: sent };
}

async function measure(targets: Map<string, Target>, rounds: number, seconds: number): Promise<Map<string, Figures[]>> {
  for (const target of targets.values()) await load(target, 2);
  const measured = new Map<string, Figures[]>([...targets.keys()].map((name) => [name, []]));
  for (let round = 1, repeats = 0; round <= rounds; round++) {
    const figures = new Map<string, Figures>();
    for (const [name, target] of targets) {
      process.stderr.write(`\rround ${round} of ${rounds}: ${name.padEnd(50)}`);
      figures.set(name, await load(target, seconds));
    }
    const [baseline] = targets.values();
    const before = figures.get(BASELINE)?.requestsPerSecond ?? 0;
    const after = baseline ? (await load(baseline, seconds)).requestsPerSecond : 0;
    if (Math.abs(after / before - 1) > 0.2 && repeats++ < 2 * rounds) {
      process.stderr.write(`\rround ${round} repeated: bare Fastify moved from ${before} to ${after} a second\n`);
      round--;
      continue;
    }
    const mean = (before + after) / 2;
    for (const [name, { requestsPerSecond, p99Ms }] of figures) {
      measured.get(name)?.push({ requestsPerSecond: name === BASELINE ? 1 : requestsPerSecond / mean, p99Ms });
    }
  }
  process.stderr.write('\r'.padEnd(80) + '\r');
  return measured;
}

function report(shares: Map<string, Figures[]>, hasRedis: boolean): void {
  const rows = [...shares].map(([server, figures]) => {
    const share = figures.map(({ requestsPerSecond }) => requestsPerSecond).toSorted((a, b) => a - b);
    return {
      server,
      median: median(share),
      min: share[0] ?? 0,
      max: share.at(-1) ?? 0,
      p99Ms: median(figures.map(({ p99Ms }) => p99Ms)),
    };
  });
  console.log(
    `| ${'server'.padEnd(44)} | share of bare Fastify | p99 ms |\n| ${'-'.repeat(44)} | --------------------- | ------ |`,
  );
  for (const { server, median, min, max, p99Ms } of rows) {
    const share = `${median.toFixed(2)} [${min.toFixed(2)}-${max.toFixed(2)}]`;
    console.log(`| ${server.padEnd(44)} | ${share.padEnd(21)} | ${p99Ms.toFixed(2).padStart(6)} |`);
  }
  if (!hasRedis) console.log('\nWithout the row "from Redis": no redis-server is installed.');
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ node: process.version, rows }, null, 2)}\n`);
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

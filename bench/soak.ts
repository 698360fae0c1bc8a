import '../src/node-version.js';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { editorToken, startAtrium } from './server.js';

const HELP = `npm run bench:soak -- [--minutes 30] [--rate 200] [--json FILE]

Mixed load on one process for a while: what is live, rows, pages, changes, writes, refusals, clients that leave before
they have their answer. Every few seconds it notes what the process holds; the second half of the run should hold no
more than the first. Exits with 1 when it grew, or an answer was 5xx. Memory is judged in runs of ten minutes and more:
at first every process takes what it may have.`;

const MALLS = Array.from({ length: 20 }, (_, index) => ({
  id: `mall-${index}`,
  name: `Mall ${index}`,
  timeZone: 'UTC',
}));
const PERIOD = { startDate: '2020-01-01T00:00:00Z', endDate: '2900-01-01T00:00:00Z' };
const SAMPLES = 60;
/** V8 lets its heap grow before it collects what is garbage. */
const WARM_MINUTES = 10;
/** Growth up to this may be noise: between the medians of two quarters of the run. */
const TOLERATED = { rssMiB: 25, files: 10, sockets: 10, handles: 10, requests: 10 };

type Sample = Record<keyof typeof TOLERATED, number>;
type Ask = (method: string, path: string, body?: object, headers?: Record<string, string>) => Promise<Response>;

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '200' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(HELP);
else await soak(Number(options.minutes) * 60_000, Number(options.rate));

async function soak(durationMs: number, requestsPerSecond: number): Promise<void> {
  const server = await startAtrium({ TENANTS: JSON.stringify(MALLS) });
  try {
    const authorization = `Bearer ${await editorToken()}`;
    const counts = new Map<number, number>();
    const askAs = (tenant: string): Ask => {
      const caller = { 'X-Tenant-Id': tenant, 'Content-Type': 'application/json', authorization };
      return async (method, path, body, headers) => {
        const content = body && { body: JSON.stringify(body) };
        const response = await fetch(server.url + path, { method, headers: { ...caller, ...headers }, ...content });
        counts.set(response.status, (counts.get(response.status) ?? 0) + 1);
        return response;
      };
    };

    const samples: Sample[] = [];
    const untilMs = Date.now() + durationMs;
    const clients = MALLS.map(({ id }) =>
      client(askAs(id), () => leaveEarly(server.url, id), untilMs, (MALLS.length * 1_000) / requestsPerSecond),
    );
    while (Date.now() < untilMs) {
      await delay(durationMs / SAMPLES);
      samples.push(await sample(server.pid, server.url));
    }
    await Promise.all(clients);
    report(samples, counts);
  } finally {
    server.stop();
  }
}

/** One shopping centre's traffic, a request every so often; what it creates it deletes. */
async function client(ask: Ask, leaveEarly: () => Promise<void>, untilMs: number, everyMs: number): Promise<void> {
  const made = await ask('POST', '/campaign-events', { name: 'Always', ...PERIOD });
  const { id: kept } = (await made.json()) as { id: number };
  const reads = ['live', 'live', 'live', 'live', `${kept}`, `${kept}/events`, '?limit=20', '999999', 'nonsense'];
  for (let round = 0; Date.now() < untilMs; round++) {
    for (const read of reads) {
      const path = read.startsWith('?') ? `/campaign-events${read}` : `/campaign-events/${read}`;
      await (await ask('GET', path, undefined, round % 2 === 0 ? { authorization: '' } : {})).arrayBuffer();
      await delay(everyMs * 2 * Math.random());
    }
    const created = await ask('POST', '/campaign-events', { name: `Round ${round}`, ...PERIOD });
    const { id } = (await created.json()) as { id: number };
    await (await ask('PATCH', `/campaign-events/${kept}`, { name: `Always ${round}` })).arrayBuffer();
    await (await ask('POST', '/campaign-events', { name: '', ...PERIOD })).arrayBuffer();
    await (await ask('GET', '/changes?limit=5')).arrayBuffer();
    await ask('DELETE', `/campaign-events/${id}`);
    await leaveEarly();
    await delay(everyMs * 10 * Math.random());
  }
}

/** As a phone that loses its connection while it sends. */
async function leaveEarly(url: string, tenant: string): Promise<void> {
  const headers = { 'X-Tenant-Id': tenant, 'Content-Type': 'application/json' };
  const body = new ReadableStream({ start: (stream) => stream.enqueue(Buffer.from('{')) });
  const signal = AbortSignal.timeout(20);
  await fetch(`${url}/campaign-events`, { method: 'POST', headers, body, duplex: 'half', signal }).catch(
    () => undefined,
  );
}

/** Memory, files and handles of the process, according to the kernel and to itself. */
async function sample(pid: number, url: string): Promise<Sample> {
  const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  const files = readdirSync(`/proc/${pid}/fd`).map((name) => target(`/proc/${pid}/fd/${name}`));
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return {
    rssMiB: Number(resident) / 1024,
    files: files.length,
    sockets: files.filter((file) => file.startsWith('socket:')).length,
    handles: Number(/^nodejs_active_handles_total (\d+)/m.exec(metrics)?.[1]),
    requests: Number(/^atrium_http_requests_under_way (\d+)/m.exec(metrics)?.[1]),
  };
}

/** The kind of an open file, which may have been closed meanwhile. */
function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return 'gone';
  }
}

function report(samples: Sample[], counts: Map<number, number>): void {
  const isWarm = Number(options.minutes) >= WARM_MINUTES;
  const quarter = Math.floor(samples.length / 4);
  const rows = Object.keys(TOLERATED).map((name) => {
    const key = name as keyof Sample;
    const [second, last] = [samples.slice(quarter, 2 * quarter), samples.slice(-quarter)].map((part) =>
      median(part.map((each) => each[key])),
    ) as [number, number];
    return {
      name,
      first: samples[0]?.[key],
      second,
      last,
      grew: !(last - second <= TOLERATED[key]) && (key !== 'rssMiB' || isWarm),
    };
  });
  console.table(rows);
  console.log(`answers by status: ${JSON.stringify(Object.fromEntries(counts))}`);
  const failed = [...counts].filter(([status]) => status >= 500).length > 0;
  if (options.json) writeFileSync(options.json, JSON.stringify({ rows, samples, counts: Object.fromEntries(counts) }));
  if (failed || rows.some(({ grew }) => grew)) {
    console.error(
      failed ? 'Some answers were 5xx.' : 'It holds more at the end than in the second quarter of the run.',
    );
    process.exitCode = 1;
  }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

import '../src/node-version.js';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startAtrium, TENANT, tokenOf, untilServing } from './atrium.js';
import { Checks } from './checks.js';

// nginx and Varnish with the configurations of docs/examples/, in front of one Atrium: never early, never another centre's.
const PORT = 3931;
const FRESH_SECONDS = 2;
const OTHER = { 'X-Tenant-Id': 'harbour' };
const NONE = { 'accept-encoding': 'identity' };

interface Cache {
  name: string;
  url: string;
  /** How late something may show: nginx counts max-age in whole seconds of its clock. */
  lateMs: number;
  stop(): Promise<void>;
}

const checks = new Checks();
const atrium = await startAtrium(PORT, {
  FRESH_SECONDS: String(FRESH_SECONDS),
  LOG_LEVEL: 'warn',
  SHUTDOWN_GRACE_MS: '2000',
  TENANTS: JSON.stringify([
    { id: 'riverside', name: 'Riverside', timeZone: 'Europe/Berlin' },
    { id: 'harbour', name: 'Harbour', timeZone: 'Europe/Berlin' },
  ]),
});
const EDITOR = { authorization: `Bearer ${await tokenOf('editor')}` };
const folder = mkdtempSync(join(tmpdir(), 'atrium-caches-'));
// Varnish reads its file as a user of its own.
chmodSync(folder, 0o755);
const caches = [startNginx(3932), startVarnish(3933)];
try {
  for (const { url, name } of caches) {
    await untilServing(
      url,
      () => true,
      () => `${name} does not answer: apt-get install nginx varnish`,
    );
  }
  await create({ name: 'Seen', startDate: at(-86_400_000), endDate: at(86_400_000), description: 'x'.repeat(2_000) });
  await create({ name: 'Secret draft', startDate: at(-86_400_000), endDate: at(86_400_000), status: 'draft' });
  await delay(FRESH_SECONDS * 1_000 + 1_000);
  for (const cache of caches) await checkOrder(cache);
  await checkInstants();
  await atrium.end();
  await delay(FRESH_SECONDS * 1_000 + 3_500);
  for (const cache of caches) await checkOutage(cache);
} finally {
  await Promise.all(caches.map((cache) => cache.stop()));
  await atrium.end();
  rmSync(folder, { recursive: true, force: true });
}
checks.end();

async function checkOrder({ name, url }: Cache): Promise<void> {
  const ids = new Set<string | null>();
  for (let count = 0; count < 200; count++)
    ids.add((await fetch(`${url}/timeline`, { headers: TENANT })).headers.get('x-request-id'));
  checks.report(`${name}: of 200 requests Atrium sees few`, ids.size <= 4 ? [] : [`it saw ${ids.size}`]);

  const own = await (await fetch(`${url}/timeline`, { headers: TENANT })).text();
  const others = await (await fetch(`${url}/timeline`, { headers: OTHER })).text();
  const isApart = own.includes('Seen') && !others.includes('Seen');
  checks.report(`${name}: each shopping centre has its own answer`, isApart ? [] : [`${own} ${others}`]);

  const faults = [];
  for (const [accepted, codings] of [
    ['br;q=1.0, gzip', ['br', 'gzip', null]],
    ['gzip, deflate', ['gzip', null]],
    ['br;q=0, gzip;q=0', [null]],
    ['identity', [null]],
    ['gzip', ['gzip', null]],
  ] as const) {
    const answer = await fetch(`${url}/timeline`, { headers: { ...TENANT, 'accept-encoding': accepted } });
    const coding = answer.headers.get('content-encoding');
    if (!codings.some((each) => each === coding)) faults.push(`to ${accepted} the answer is in ${coding}`);
    if ((await answer.text()) !== own) faults.push(`to ${accepted} the answer is another one`);
    const etag = answer.headers.get('etag') ?? '';
    const again = await fetch(`${url}/timeline`, {
      headers: { ...TENANT, 'accept-encoding': accepted, 'if-none-match': etag },
    });
    await again.text();
    if (again.status !== 304) faults.push(`to ${accepted} with ${etag} the answer is ${again.status}`);
  }
  checks.report(`${name}: each phone gets a coding it can read, and a 304 to its tag`, faults);

  const editor = await fetch(`${url}/campaign-events`, { headers: { ...TENANT, ...EDITOR } });
  const [shown, hidden] = [
    await editor.text(),
    await (await fetch(`${url}/campaign-events`, { headers: TENANT })).text(),
  ];
  const isSecret = shown.includes('Secret draft') && !hidden.includes('Secret draft');
  checks.report(`${name}: what a token shows is shown to nobody else`, isSecret ? [] : [shown, hidden]);

  const twice = await fetch(`${url}/timeline`, { headers: [...Object.entries(TENANT), ...Object.entries(OTHER)] });
  await twice.text();
  const cached = await (await fetch(`${url}/timeline`, { headers: TENANT })).text();
  checks.report(`${name}: two centres in one request spoil neither`, cached === own ? [] : [cached]);

  const unknown = await fetch(`${url}/campaign-events/99999`, { headers: TENANT });
  const { id } = await create({ name: `Of ${name}`, startDate: at(-1_000), endDate: at(86_400_000) });
  const later = await fetch(`${url}/campaign-events/${id}`, { headers: TENANT });
  checks.report(
    `${name}: a failure is not kept`,
    unknown.status === 404 && later.ok ? [] : [`${unknown.status} ${later.status}`],
  );

  checks.report(`${name}: tells how old an answer is, by Age or Date`, await ageFaults(url));
}

async function ageFaults(url: string): Promise<string[]> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const first = await fetch(`${url}/timeline`, { headers: TENANT });
    await delay(1_100);
    const { headers } = await fetch(`${url}/timeline`, { headers: TENANT });
    if (headers.get('x-request-id') !== first.headers.get('x-request-id')) continue;
    const ageSeconds = Math.max(
      Number(headers.get('age')),
      (Date.now() - Date.parse(headers.get('date') ?? '')) / 1_000,
    );
    return ageSeconds >= 1 ? [] : [`it is ${ageSeconds} s old by them`];
  }
  return ['no answer was kept for a second'];
}

/** All caches at once, each asked every few milliseconds: what appears, starts and ends within a few seconds. */
async function checkInstants(): Promise<void> {
  const [seenMs, startMs, endMs] = [4_370, 6_730, 9_240].map((ms) => Date.now() + ms) as [number, number, number];
  await create({ name: 'Soon', visibleFrom: iso(seenMs), startDate: iso(startMs), endDate: iso(endMs) });
  await Promise.all(
    caches.map(async ({ name, url, lateMs }) => {
      const faults = new Set<string>();
      let answers = 0;
      // Asked by nobody meanwhile: a cache that renews behind an old answer shows it here.
      const rarely = rarelyAsked(url, startMs + lateMs, endMs + lateMs + 20);
      while (Date.now() < endMs + lateMs + 1_000) {
        for (const [path, fromMs, untilMs] of [
          ['/timeline', seenMs, endMs + 1],
          ['/campaign-events/live', startMs, endMs + 1],
        ] as const) {
          const sentMs = Date.now();
          const answer = await fetch(url + path, { headers: { ...TENANT, ...NONE } });
          const isThere = (await answer.text()).includes('"Soon"');
          const gotMs = Date.now();
          answers++;
          if (isThere && gotMs < fromMs) faults.add(`${path} shows it ${fromMs - gotMs} ms early`);
          if (!isThere && sentMs >= fromMs + lateMs && gotMs < untilMs)
            faults.add(`${path} lacks it ${sentMs - fromMs} ms late`);
          if (isThere && sentMs >= untilMs + lateMs)
            faults.add(`${path} shows it ${sentMs - untilMs} ms after its end`);
        }
        await delay(5);
      }
      checks.report(`${name}: what is rarely asked shows nothing that is over`, await rarely);
      checks.report(
        `${name}: nothing shows early, or more than ${lateMs} ms late, in ${answers} answers`,
        answers > 100 ? [...faults].slice(0, 5) : ['too few answers'],
      );
    }),
  );
}

async function rarelyAsked(url: string, onceMs: number, againMs: number): Promise<string[]> {
  const isThere = [];
  for (const atMs of [onceMs, againMs]) {
    await delay(atMs - Date.now());
    const answer = await fetch(`${url}/campaign-events?state=live`, { headers: { ...TENANT, ...NONE } });
    isThere.push((await answer.text()).includes('"Soon"'));
  }
  return isThere[0] && !isThere[1] ? [] : [`before its end it is ${isThere[0]}, after it ${isThere[1]} that it shows`];
}

async function checkOutage({ name, url }: Cache): Promise<void> {
  const timeline = await fetch(`${url}/timeline`, { headers: { ...TENANT, ...NONE } });
  const isKept = timeline.status === 200 && (await timeline.text()).includes('Seen');
  checks.report(
    `${name}: without Atrium the timeline is still there`,
    isKept ? [] : [`it is answered ${timeline.status}`],
  );
  const { status } = await fetch(`${url}/campaign-events/live`, { headers: { ...TENANT, ...NONE } });
  checks.report(
    `${name}: without Atrium nobody is told what is live`,
    status >= 500 ? [] : [`it is answered ${status}`],
  );
}

function startNginx(port: number): Cache {
  const file = join(folder, 'nginx.conf');
  const conf = readFileSync('docs/examples/nginx.conf', 'utf8');
  writeFileSync(
    file,
    conf.replace('127.0.0.1:3000', `127.0.0.1:${PORT}`).replace('127.0.0.1:8080', `127.0.0.1:${port}`),
  );
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return started('nginx', ['-p', folder, '-c', file, '-g', `daemon off; ${user}`], port, 1_000);
}

function startVarnish(port: number): Cache {
  const file = join(folder, 'atrium.vcl');
  writeFileSync(file, readFileSync('docs/examples/atrium.vcl', 'utf8').replace('"3000"', `"${PORT}"`));
  const address = ['-a', `127.0.0.1:${port}`, '-p', 'http_gzip_support=off', '-s', 'malloc,50m'];
  return started('varnishd', ['-F', '-n', join(folder, 'varnish'), ...address, '-f', file], port, 250);
}

function started(name: string, args: string[], port: number, lateMs: number): Cache {
  const child = spawn(name, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  child.once('error', () => console.error(`${name} is not installed: apt-get install nginx varnish`));
  const ended = once(child, 'close');
  process.once('exit', () => child.kill('SIGTERM'));
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    lateMs,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function create(campaign: object): Promise<{ id: number }> {
  const answer = await fetch(`http://127.0.0.1:${PORT}/campaign-events`, {
    method: 'POST',
    headers: { ...TENANT, ...EDITOR, 'content-type': 'application/json' },
    body: JSON.stringify(campaign),
  });
  if (answer.status !== 201) throw new Error(await answer.text());
  return (await answer.json()) as { id: number };
}

function at(apartMs: number): string {
  return iso(Date.now() + apartMs);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

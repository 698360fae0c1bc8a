import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signToken } from '../src/auth/token-signer.js';

const SECRET = 'the secret of the bench, and of nothing else';

/** For the rows the bench makes. */
export function editorToken(): Promise<string> {
  const expiresAt = new Date(Date.now() + 3_600_000);
  return signToken(SECRET, { subject: 'bench', roles: ['editor'], tenants: ['*'], expiresAt });
}

export interface Server {
  url: string;
  pid: number;
  stop(): void;
}

/** Atrium as it ships, on the machine's first core, with a data folder of its own. */
export async function startAtrium(environment: Record<string, string>): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-bench-'));
  const server = await start(['dist/src/main.js'], {
    DATABASE_URL: `sqlite:${folder}`,
    JWT_SECRET: SECRET,
    LOG_LEVEL: 'warn',
    ...environment,
  });
  return {
    ...server,
    stop() {
      server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A server that sends fixed bytes, on the same core. */
export function startPeer(kind: 'node http' | 'bare Fastify', answer: object): Promise<Server> {
  return start(['dist/bench/peer.js', kind], { ANSWER: JSON.stringify(answer) });
}

async function start(args: string[], environment: Record<string, string>): Promise<Server> {
  const port = await freePort();
  const env = { ...process.env, ...environment, PORT: String(port), HOST: '127.0.0.1' };
  const child = spawn('taskset', ['-c', '0', process.execPath, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  await answering(url, child);
  return { url, pid: child.pid ?? 0, stop: () => void child.kill() };
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + 15_000;
  while (Date.now() < until && child.exitCode === null) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${child.spawnargs.join(' ')} does not answer`);
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

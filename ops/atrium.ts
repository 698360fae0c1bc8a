import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Role } from '../src/auth/access.js';
import { signToken } from '../src/auth/token-signer.js';

export const TENANT = { 'X-Tenant-Id': 'riverside' };

/** The environment of processes that live as long as a check and are reachable from this machine alone. */
export const PRODUCTION = {
  NODE_ENV: 'production',
  JWT_SECRET: 'only-for-as-long-as-this-check-runs',
  TENANTS: JSON.stringify([{ id: 'riverside', name: 'Riverside', timeZone: 'Europe/Berlin' }]),
};

/** A token for the processes above, good for an hour. */
export function tokenOf(role: Role): Promise<string> {
  const expiresAt = new Date(Date.now() + 3_600_000);
  return signToken(PRODUCTION.JWT_SECRET, {
    subject: 'ops',
    roles: [role],
    tenants: [TENANT['X-Tenant-Id']],
    expiresAt,
  });
}

export interface Running {
  url: string;
  /** Tells it to end. @returns its exit code, or the signal that ended it */
  end(): Promise<number | string>;
}

/** Starts what was built as a process of its own on a new folder, and resolves once it serves. @throws Error with its output when it ends instead */
export async function startAtrium(port: number, environment: Record<string, string> = {}): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-'));
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: { ...PRODUCTION, HOST: '127.0.0.1', PORT: String(port), DATABASE_URL: `sqlite:${folder}`, ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  process.once('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  await untilServing(
    url,
    () => child.exitCode === null,
    () => output,
  );
  return {
    url,
    async end() {
      child.kill('SIGTERM');
      const how = await ended;
      rmSync(folder, { recursive: true, force: true });
      return how;
    },
  };
}

/** Waits, at most half a minute, until a tenant is served. @returns how long that took, in milliseconds */
export async function untilServing(url: string, isAlive: () => boolean, output: () => string): Promise<number> {
  const beganMs = performance.now();
  while (isAlive() && performance.now() - beganMs < 30_000) {
    const served = await fetch(`${url}/campaign-events/live`, { headers: TENANT }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (served) return performance.now() - beganMs;
    await delay(10);
  }
  throw new Error(`Atrium does not serve: ${output()}`);
}

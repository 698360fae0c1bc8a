import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Atrium, call, JWT_SECRET } from './atrium.js';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** Atrium as a process of its own, started as an operator starts it. */
export interface AtriumProcess extends Pick<Atrium, 'url' | 'call'> {
  child: ChildProcess;
  /** Its output so far, of both streams. */
  output(): string;
  /** Its exit code, or the signal that ended it, once it has ended. */
  ended: Promise<number | string>;
  /** From its start until it first answered, in milliseconds. */
  startMs: number;
}

/**
 * Starts a process with nothing in its environment but what is given, and the secret of the tests.
 * @param main what it runs
 * @param user on whose behalf, when root starts it
 */
export async function spawnAtrium(
  environment: Record<string, string>,
  main = MAIN,
  user: { uid?: number; gid?: number } = {},
): Promise<AtriumProcess> {
  const port = environment['PORT'] ?? String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const env = { HOST: '127.0.0.1', PORT: port, JWT_SECRET, ...environment };
  const child = spawn(process.execPath, [main], { env, ...user });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  return {
    url,
    call: (tenant, method, path, body, headers) => call(url, tenant, method, path, body, headers),
    child,
    output: () => output,
    ended,
    startMs: Number.NaN,
  };
}

/** Starts a process and waits until it answers. @throws Error with its output when it ends instead */
export async function startProcess(environment: Record<string, string>, main = MAIN): Promise<AtriumProcess> {
  const beganMs = performance.now();
  const running = await spawnAtrium(environment, main);
  while (running.child.exitCode === null && running.child.signalCode === null) {
    const answered = await fetch(`${running.url}/openapi.json`, { method: 'HEAD' }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) return { ...running, startMs: performance.now() - beganMs };
    await delay(5);
  }
  throw new Error(`Atrium ended instead of serving: ${running.output()}`);
}

/** Ends a process of ours, by its own id, and waits until it is gone. */
export async function endProcess({ child, ended }: AtriumProcess, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  return ended;
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

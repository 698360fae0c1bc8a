import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { JWT_SECRET, TENANTS } from './atrium.js';

/** Atrium as a process of its own. */
export interface SpawnedAtrium {
  url: string;
  pid: number;
  /** What it has printed and logged so far. */
  output(): string;
  /** Ends it, and waits until it has. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** @param folder of its data, which outlives it */
export async function spawnAtrium(folder: string, environment: Record<string, string> = {}): Promise<SpawnedAtrium> {
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: {
      PORT: '0',
      HOST: '127.0.0.1',
      TENANTS: JSON.stringify(TENANTS),
      JWT_SECRET,
      ...environment,
      DATABASE_URL: `sqlite:${folder}`,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return {
    url: await servedUrl(child, () => output),
    pid: child.pid ?? 0,
    output: () => output,
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, 'exit');
    },
  };
}

async function servedUrl(child: ChildProcess, output: () => string): Promise<string> {
  for (;;) {
    const [, url] = /serves at (\S+)\n/.exec(output()) ?? [];
    if (url) return url;
    if (child.exitCode !== null) throw new Error(`Atrium did not start: ${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

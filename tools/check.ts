import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Runs every `check:*` script of package.json, some at once, and shows what the failed ones say. */
export async function main(): Promise<number> {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  // The longest comes last in package.json and starts first.
  const waiting = Object.keys(scripts)
    .filter((name) => name.startsWith('check:'))
    .toReversed();
  let failures = 0;
  const work = async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) if (!(await passes(name))) failures++;
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, work));
  return failures > 0 ? 1 : 0;
}

async function passes(name: string): Promise<boolean> {
  const beganMs = performance.now();
  const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const code = await new Promise((resolve) => child.on('close', resolve));
  const seconds = ((performance.now() - beganMs) / 1_000).toFixed(1);
  console.log(`npm run ${name}: ${code === 0 ? 'passed' : 'FAILED'} (${seconds} s)${code === 0 ? '' : `\n${output}`}`);
  return code === 0;
}

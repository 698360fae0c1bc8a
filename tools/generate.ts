import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.ts';
import { runNode } from './child.ts';
import { versionFaults } from './version-places.ts';

/** Writes the generated files; with `--check` it names those that are not as they would be written. */
export async function main(words: string[]): Promise<number> {
  if (!(await build())) return 1;
  return words.includes('--check') ? check() : write('.');
}

function write(folder: string): Promise<number> {
  return runNode(['dist/tools/openapi/write.js', folder]);
}

async function check(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-generated-'));
  try {
    const code = await write(folder);
    if (code !== 0) return code;
    const faults = [...versionFaults('.'), ...staleFiles(folder)];
    for (const fault of faults) console.error(fault);
    return faults.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function staleFiles(fresh: string): string[] {
  return globSync('**/*', { cwd: fresh })
    .filter((name) => statSync(join(fresh, name)).isFile())
    .filter((name) => !existsSync(name) || readFileSync(name, 'utf8') !== readFileSync(join(fresh, name), 'utf8'))
    .map((name) => `${name} is stale: "npm run generate" writes it anew.`);
}

import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, buildDesk } from './build.ts';
import { runNode } from './child.ts';
import { withSpecPatterns } from './spec-patterns.ts';

export const JEST = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  fileURLToPath(import.meta.resolve('jest/bin/jest')),
];

/** Runs the specs that are named, or all, on an up-to-date build. Takes jest's own arguments as well. */
export async function main(words: string[]): Promise<number> {
  let patterns;
  try {
    patterns = withSpecPatterns(words, globSync('test/**/*.spec.ts'));
  } catch (thrown) {
    console.error((thrown as Error).message);
    return 1;
  }
  return (await build()) && (await buildDesk()) ? runNode([...JEST, ...patterns]) : 1;
}

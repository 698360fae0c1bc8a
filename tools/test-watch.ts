import { globSync } from 'node:fs';
import { relative } from 'node:path';
import { build, forgetBuild } from './build.ts';
import { endAsked, Restartable } from './child.ts';
import { watch } from './compiler.ts';
import { patternOf, withSpecPatterns } from './spec-patterns.ts';
import { JEST } from './test.ts';

/** Runs the named specs now and after each saved change; without a name, the specs that were saved last. */
export async function main(words: string[]): Promise<number> {
  let patterns = withSpecPatterns(words, globSync('test/**/*.spec.ts'));
  const jest = new Restartable();
  const end = endAsked();
  await build();
  forgetBuild(); // from here on the watcher writes into dist/
  if (words.length === 0) console.log('Save a spec, and it runs. Or name one: npm run test:watch -- date');
  watch('tsconfig.build.json', (changed, isSound) => {
    const saved = changed.map((path) => relative('dist', path)).filter((path) => path.endsWith('.spec.js'));
    if (words.length === 0 && saved.length > 0) patterns = saved.map(patternOf);
    if (isSound && patterns.length > 0) void jest.restart([...JEST, ...patterns]);
  });
  await end;
  await jest.stop();
  process.exit(); // the watcher would go on
}

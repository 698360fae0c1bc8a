import { basename, relative } from 'node:path';

/**
 * Jest's arguments with every path of a spec's source replaced by a pattern of what was built of it. A path that doesn't
 * exist (any more) stands for the specs of the same file name; words and flags stay as they are.
 * @param specs paths of all specs from the root of the project, such as test/schedule/date.spec.ts
 * @throws Error in words when a path names no spec
 */
export function withSpecPatterns(words: string[], specs: string[]): string[] {
  return words.flatMap((word) => {
    if (word.startsWith('-') || !word.endsWith('.ts')) return [word];
    const path = relative('', word).replaceAll('\\', '/');
    const found = specs.includes(path) ? [path] : specs.filter((spec) => basename(spec) === basename(path));
    if (found.length === 0) throw new Error(`There is no spec ${word}. Specs lie in test/<room>/ and end in .spec.ts.`);
    return found.map(patternOf);
  });
}

export function patternOf(spec: string): string {
  return `dist/${spec.replace(/\.ts$/, '.js').replaceAll('.', '\\.')}$`;
}

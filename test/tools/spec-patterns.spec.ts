import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { withSpecPatterns } from '../../tools/spec-patterns.js';

const SPECS = ['test/schedule/date.spec.ts', 'test/cache/outage.spec.ts', 'test/fast-path/outage.spec.ts'];

describe('npm test -- <words>', () => {
  it.each([
    ['the path of a spec', ['test/schedule/date.spec.ts'], ['dist/test/schedule/date\\.spec\\.js$']],
    ['a path with ./ before it', ['./test/schedule/date.spec.ts'], ['dist/test/schedule/date\\.spec\\.js$']],
    ['an absolute path', [resolve('test/schedule/date.spec.ts')], ['dist/test/schedule/date\\.spec\\.js$']],
    ['the path of a spec that has moved', ['test/date.spec.ts'], ['dist/test/schedule/date\\.spec\\.js$']],
    [
      'a name that several specs have',
      ['outage.spec.ts'],
      ['dist/test/cache/outage\\.spec\\.js$', 'dist/test/fast-path/outage\\.spec\\.js$'],
    ],
    ['words and flags of jest', ['date', '-t', 'ends with that day'], ['date', '-t', 'ends with that day']],
    ['several specs', ['date', 'test/date.spec.ts'], ['date', 'dist/test/schedule/date\\.spec\\.js$']],
  ])('finds %s', (_name, words, patterns) => {
    expect(withSpecPatterns(words, SPECS)).toEqual(patterns);
  });

  it('says that there is no such spec', () => {
    expect(() => withSpecPatterns(['test/dates.spec.ts'], SPECS)).toThrow('There is no spec test/dates.spec.ts.');
  });
});

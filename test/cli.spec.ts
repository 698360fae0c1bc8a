import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { atrium } from './support/cli.js';

describe('atrium', () => {
  it.each([[['foo']], [['--unknown']], [['tenants', 'foo']], [['migrate', '--unknown']]])(
    'that does not understand %j says where help is',
    async (words) => {
      const { exitCode, errors } = await atrium(words, {});
      expect([exitCode, errors]).toEqual([2, expect.stringMatching(/^error: .*\n"atrium.* --help" says more\.\n$/)]);
    },
  );

  it('says which version it is', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await atrium(['--version'], {})).toEqual({ exitCode: 0, output: `${version}\n`, errors: '' });
  });
});

import { describe, expect, it } from '@jest/globals';
import { reasonOf } from '../src/start-failure.js';

describe('the reason of a failure', () => {
  it('goes down to the cause', () => {
    expect(reasonOf(new Error('no catalogue', { cause: new Error('no such file') }))).toBe(
      'no catalogue. no such file.',
    );
  });

  it('says once what the cause says in the same words', () => {
    expect(reasonOf(new Error('gone', { cause: new Error('gone', { cause: new Error('closed') }) }))).toBe(
      'gone. closed.',
    );
  });
});

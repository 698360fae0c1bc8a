import { Problem } from '../problem/problem.js';

/** @param first the first change; undefined when nothing was written yet */
export function tooEarly(first: Date | undefined): Problem {
  const since = first
    ? `The first change is of ${first.toISOString()}: give that instant or a later one.`
    : 'Nothing was written yet: there is nothing to look back at.';
  return new Problem(400, 'at-too-early', since);
}

export function purged(): Problem {
  return new Problem(410, 'purged', 'The changes since then were purged. Give a later instant or revision.');
}

/** @param why a sentence */
export function tooFarBack(why: string): Problem {
  const advice = 'Give a later instant or revision, or read the changes themselves (GET /changes).';
  return new Problem(400, 'too-many-changes', `${why} ${advice}`);
}

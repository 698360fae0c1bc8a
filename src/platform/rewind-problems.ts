import { Problem } from '../problem/problem.js';

// The reasons why a centre is not rewound, each with what to do about it.

export const activeCentre = (id: string) =>
  new Problem(
    409,
    'tenant-active',
    `"${id}" is active: people may be at work in it. Look at the plan (--plan), and add --yes; or suspend it first.`,
  );

export const wrongMoment = (fault: string) => {
  const detail = `takes a revision, such as 12, or a date: it ${fault}`;
  return new Problem(400, 'query-invalid', `--to ${detail}.`, { errors: [{ pointer: '#/to', detail }] });
};

export const revisionZero = () =>
  new Problem(400, 'query-invalid', '--to takes a revision from 1 on: that is the first change.');

export const ahead = (at: Date) =>
  new Problem(400, 'query-invalid', `--to takes a moment that has been: ${at.toISOString()} is still to come.`);

export const toCome = (revision: number, newest: number) =>
  new Problem(404, 'not-found', `There is no revision ${revision} yet: the newest is ${newest}.`);

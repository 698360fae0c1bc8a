import { HttpException } from '@nestjs/common';
import { RETRY_AFTER_SECONDS } from '../config/time-limits.js';
import type { TableLine } from './problem.dto.js';

/** One bad field: `pointer` is a JSON Pointer as a URI fragment (RFC 6901, section 6), such as `#/events/0/name`. */
export interface FieldError {
  pointer: string;
  detail: string;
}

interface ProblemExtras {
  errors?: FieldError[];
  /** How many bad fields there are beside those in `errors`. */
  moreErrors?: number;
  /** The revision of the change that stands in the way. */
  revision?: number;
  /** The lines of a table. */
  lines?: TableLine[];
  retryAfterSeconds?: number;
  /** Additional headers, such as the challenge of a 401. */
  headers?: Record<string, string>;
  /** For the log; never sent. */
  cause?: unknown;
}

/** Bad fields are told up to this number, and then counted: an answer is not much larger than its request. */
const MAX_ERRORS = 20;

/** An answer other than success, sent as application/problem+json (RFC 9457). Write `detail` for the caller. */
export class Problem extends HttpException {
  constructor(
    status: number,
    readonly code: string,
    readonly detail: string,
    readonly extras: ProblemExtras = {},
  ) {
    super(detail, status, { cause: extras.cause });
  }
}

export function invalidField(pointer: string, detail: string): Problem {
  return invalid(422, 'fields-invalid', [{ pointer, detail }]);
}

/**
 * A problem with fields or parameters. Its detail says which ones, and `errors` says of each what is wrong, so that a
 * fault is told once.
 * @param words the detail, where the fields do not say all
 */
export function invalid(status: number, code: string, all: FieldError[], words?: string): Problem {
  const errors = all.slice(0, MAX_ERRORS).map(({ pointer, detail }) => {
    const item = itemInWords(pointer);
    return { pointer, detail: item === undefined ? detail : `${item}: ${detail}` };
  });
  const moreErrors = all.length - errors.length;
  const more = moreErrors === 0 ? {} : { moreErrors };
  const places = [...new Set(errors.map(({ pointer }) => inWords(pointer)))].join(', ');
  const detail = `Please correct ${places}${moreErrors === 0 ? '' : `, and ${moreErrors} more`}: "errors" says how.`;
  return new Problem(status, code, words ?? detail, { errors, ...more });
}

/** A pointer as people say it: `startDate of event 37` for `#/events/36/startDate`. */
function inWords(pointer: string): string {
  const words = wordsOf(pointer);
  return words.length === 0 ? 'the body' : words.toReversed().join(' of ');
}

/** The item of a list that a pointer leads into, counted from 1: `event 37` for `#/events/36/startDate`. */
function itemInWords(pointer: string): string | undefined {
  const words = wordsOf(pointer);
  const last = words.findLastIndex((word) => / \d+$/.test(word));
  return last === -1
    ? undefined
    : words
        .slice(0, last + 1)
        .toReversed()
        .join(' of ');
}

function wordsOf(pointer: string): string[] {
  const words: string[] = [];
  for (const token of pointer.split('/').slice(1)) {
    const list = words.at(-1);
    if (list?.endsWith('s') && /^\d+$/.test(token))
      words[words.length - 1] = `${list.slice(0, -1)} ${Number(token) + 1}`;
    else words.push(token.replaceAll('~1', '/').replaceAll('~0', '~'));
  }
  return words;
}

export function notFound(resource: string, id: number): Problem {
  return new Problem(404, 'not-found', `There is no ${resource} ${id}.`);
}

/** @param cause for the log */
export function unavailable(code: string, detail: string, cause: unknown): Problem {
  return new Problem(503, code, detail, { retryAfterSeconds: RETRY_AFTER_SECONDS, cause });
}

/** @param cause the error of the database or of the connection to it */
export function away(cause: unknown): Problem {
  return unavailable('database-unavailable', 'The database does not answer just now.', cause);
}

export function rateLimited(tenantId: string, retryAfterSeconds: number): Problem {
  return new Problem(429, 'rate-limited', `"${tenantId}" asks too often.`, { retryAfterSeconds });
}

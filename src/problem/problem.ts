import { HttpException } from '@nestjs/common';
import { RETRY_AFTER_SECONDS } from '../config/time-limits.js';

/** One bad field: `pointer` is a JSON Pointer as a URI fragment (RFC 6901, section 6), such as `#/events/0/name`. */
export interface FieldError {
  pointer: string;
  detail: string;
}

interface ProblemExtras {
  errors?: FieldError[];
  /** How many bad fields there are beside those in `errors`. */
  moreErrors?: number;
  retryAfterSeconds?: number;
  /** Additional headers, such as the challenge of a 401. */
  headers?: Record<string, string>;
  /** For the log; never sent. */
  cause?: unknown;
}

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
  return new Problem(422, 'fields-invalid', `${pointer} ${detail}`, { errors: [{ pointer, detail }] });
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

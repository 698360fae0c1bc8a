import type { ProblemDocument } from './schema.js';

/** An answer other than success: `code` says which, `errors` names bad fields. */
export class AtriumProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: NonNullable<ProblemDocument['errors']>;
  readonly requestId: string | undefined;
  /** Seconds to wait before another try, after a 429 or 503. */
  readonly retryAfterSeconds: number | undefined;

  constructor(response: Response, { detail, code, errors = [], requestId }: Partial<ProblemDocument>) {
    super(detail ?? `Answered ${response.status} ${response.statusText}`);
    this.name = 'AtriumProblem';
    this.status = response.status;
    // A proxy on the way answers with no problem document.
    this.code = code ?? 'unknown';
    this.errors = errors;
    this.requestId = requestId;
    this.retryAfterSeconds = retryAfterSeconds(response);
  }
}

/** Reads Retry-After, which proxies give as a date too (RFC 9110, section 10.2.3). */
export function retryAfterSeconds({ headers }: Response): number | undefined {
  const given = headers.get('retry-after');
  if (given === null) return undefined;
  const seconds = /^\d+$/.test(given) ? Number(given) : (Date.parse(given) - Date.now()) / 1_000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

export async function problemOf(response: Response): Promise<Partial<ProblemDocument>> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  return isProblem ? ((await response.json()) as ProblemDocument) : {};
}

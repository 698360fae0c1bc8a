import type { TableLine } from './rows.ts';

export interface FieldProblem {
  pointer: string;
  detail: string;
}

interface ProblemDocument {
  title?: string;
  detail?: string;
  code?: string;
  requestId?: string;
  errors?: FieldProblem[];
  lines?: TableLine[];
}

/** An answer other than success, or none at all (`code` offline). */
export class Problem extends Error {
  readonly code: string;
  readonly errors: FieldProblem[];
  readonly requestId: string | undefined;
  /** The faults of each line of a table. */
  readonly lines: TableLine[] | undefined;

  constructor(
    readonly status: number,
    readonly document: ProblemDocument,
    /** Seconds to wait before another try. */
    readonly retryAfterSeconds?: number,
  ) {
    super(document.detail ?? document.title ?? `${status}`);
    this.code = document.code ?? 'unknown';
    this.errors = document.errors ?? [];
    this.requestId = document.requestId;
    this.lines = document.lines;
  }

  static async of(response: Response): Promise<Problem> {
    // A proxy on the way answers with no problem document.
    const document = (await response.json().catch(() => ({}))) as ProblemDocument;
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    return new Problem(response.status, document, Number.isFinite(seconds) ? seconds : undefined);
  }

  static offline(): Problem {
    return new Problem(0, { code: 'offline' });
  }

  /** Whether the same request may succeed a little later. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

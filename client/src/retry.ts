import { retryAfterSeconds } from './problem.js';

export interface RetryBudget {
  timeoutMs: number;
  /** From the first attempt on. An attempt that would begin later is not made. */
  retryBudgetMs: number;
}

/** Statuses whose answers a Response refuses to have a body. */
const WITHOUT_BODY = new Set([204, 205, 304]);

export const TIMEOUT_MS = 10_000;
export const RETRY_BUDGET_MS = 30_000;
const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Sends a request, and again where that is safe and promises success. It waits as Retry-After says, or twice as long each
 * time, and a random while more, so that many phones do not come back at one moment.
 * @returns the last answer, whatever it is
 * @throws the last failure when there was no answer, or the reason of the caller's signal
 */
export async function sendRetrying(
  send: (request: Request) => Promise<Response>,
  request: Request,
  { timeoutMs, retryBudgetMs }: RetryBudget,
): Promise<Response> {
  const endMs = Date.now() + retryBudgetMs;
  const repeatable = isRepeatable(request);
  for (let attempt = 0; ; attempt++) {
    const { answer, failure } = await attemptOnce(send, request, timeoutMs);
    if (request.signal.aborted) throw request.signal.reason;
    const isPassing = answer === undefined ? repeatable : answer.status === 429 || answer.status === 503;
    const pauseMs = pauseAfter(attempt, answer);
    if (!isPassing || Date.now() + pauseMs > endMs) {
      if (answer) return answer;
      throw failure;
    }
    await pause(pauseMs, request.signal);
  }
}

/** Without an answer, a POST without Idempotency-Key and a PATCH may have been done. A 429 or 503 says that nothing was. */
function isRepeatable({ method, headers }: Request): boolean {
  return ['GET', 'HEAD', 'PUT', 'DELETE'].includes(method) || headers.has('idempotency-key') || headers.has('if-match');
}

async function attemptOnce(
  send: (request: Request) => Promise<Response>,
  request: Request,
  timeoutMs: number,
): Promise<{ answer?: Response; failure?: unknown }> {
  // AbortSignal.any and AbortSignal.timeout are missing in React Native.
  const controller = new AbortController();
  const abort = () => controller.abort(request.signal.reason);
  request.signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(() => controller.abort(new Error(`No answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    const answer = await send(new Request(request.clone(), { signal: controller.signal }));
    // Read here, so that the time-out is for the whole answer.
    const body = await answer.text();
    const { status, statusText, headers } = answer;
    return { answer: new Response(WITHOUT_BODY.has(status) ? null : body, { status, statusText, headers }) };
  } catch (failure) {
    return { failure: controller.signal.aborted ? controller.signal.reason : failure };
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', abort);
  }
}

function pauseAfter(attempt: number, answer: Response | undefined): number {
  const asked = answer && retryAfterSeconds(answer);
  const leastMs = asked === undefined ? Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS) : asked * 1_000;
  return leastMs + Math.random() * Math.max(leastMs / 2, FIRST_PAUSE_MS);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(end, ms);
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    function end() {
      signal.removeEventListener('abort', abort);
      resolve();
    }
    signal.addEventListener('abort', abort, { once: true });
  });
}

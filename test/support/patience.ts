import { setTimeout as delay } from 'node:timers/promises';

/** @throws Error when the answer takes longer */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const patience = new AbortController();
  const late = delay(ms, undefined, { signal: patience.signal }).then(() => {
    throw new Error(`No answer within ${ms} ms`);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    late.catch(() => undefined);
    patience.abort();
  }
}

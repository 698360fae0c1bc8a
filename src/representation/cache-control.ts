/** Cache-Control of answers that need a token: they are for its holder alone, and no cache may keep them. */
export const PRIVATE = 'private, no-store';

/**
 * Cache-Control of a public answer: caches may use it without asking, but never past the instant at which it changes.
 * @param freshSeconds the longest time, FRESH_SECONDS
 */
export function cacheControl(nowMs: number, boundaryMs: number, freshSeconds: number): string {
  return `public, max-age=${maxAgeSeconds(nowMs, boundaryMs, freshSeconds)}`;
}

export function maxAgeSeconds(nowMs: number, boundaryMs: number, freshSeconds: number): number {
  return Math.max(0, Math.min(freshSeconds, Math.floor((boundaryMs - nowMs) / 1_000)));
}

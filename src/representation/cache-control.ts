import { MAX_AGE_SECONDS } from '../config/time-limits.js';

/** Cache-Control of answers that need a token: they are for its holder alone, and no cache may keep them. */
export const PRIVATE = 'private, no-store';

/** Cache-Control of a public answer: caches may use it without asking, but never past the instant at which it changes. */
export function cacheControl(nowMs: number, boundaryMs: number): string {
  return `public, max-age=${maxAgeSeconds(nowMs, boundaryMs)}`;
}

export function maxAgeSeconds(nowMs: number, boundaryMs: number): number {
  return Math.max(0, Math.min(MAX_AGE_SECONDS, Math.floor((boundaryMs - nowMs) / 1_000)));
}

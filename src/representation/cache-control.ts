import { MAX_AGE_SECONDS } from '../config/time-limits.js';

/** Cache-Control of an answer: it may be used without asking, but never past the instant at which it changes by itself. */
export function cacheControl(nowMs: number, boundaryMs: number): string {
  return `public, max-age=${maxAgeSeconds(nowMs, boundaryMs)}`;
}

export function maxAgeSeconds(nowMs: number, boundaryMs: number): number {
  return Math.max(0, Math.min(MAX_AGE_SECONDS, Math.floor((boundaryMs - nowMs) / 1_000)));
}

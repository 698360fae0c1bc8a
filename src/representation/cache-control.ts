/** Short, so that an edit reaches every phone within seconds; asking again costs a 304. */
const USUAL_SECONDS = 5;

/** Cache-Control of an answer: it may be used without asking, but never past the instant at which it changes by itself. */
export function cacheControl(nowMs: number, boundaryMs: number): string {
  return `public, max-age=${maxAgeSeconds(nowMs, boundaryMs)}`;
}

export function maxAgeSeconds(nowMs: number, boundaryMs: number): number {
  return Math.max(0, Math.min(USUAL_SECONDS, Math.floor((boundaryMs - nowMs) / 1_000)));
}

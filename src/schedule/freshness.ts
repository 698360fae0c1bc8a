// Short, so that an edit reaches every phone within seconds; asking again costs a 304.
const MAX_AGE_SECONDS = 5;

/** How long a copy may be used without asking: never past the instant at which the answer changes by itself. */
export function maxAgeSeconds(nowMs: number, boundaryMs = Infinity): number {
  return Math.max(0, Math.min(MAX_AGE_SECONDS, Math.floor((boundaryMs - nowMs) / 1_000)));
}

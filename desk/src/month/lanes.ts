interface Stretch {
  fromMs: number;
  toMs: number;
}

/** Spreads stretches over lanes so that none overlaps another of its lane. Gives the lane of each, in their order. */
export function lanesOf(stretches: readonly Stretch[]): number[] {
  const order = stretches.map((_, at) => at).toSorted((one, other) => from(stretches, one) - from(stretches, other));
  const lanes: number[] = [];
  const busyUntil: number[] = [];
  for (const at of order) {
    const { fromMs, toMs } = stretches[at]!;
    const free = busyUntil.findIndex((until) => until <= fromMs);
    const lane = free === -1 ? busyUntil.length : free;
    busyUntil[lane] = toMs;
    lanes[at] = lane;
  }
  return lanes;
}

function from(stretches: readonly Stretch[], at: number): number {
  return stretches[at]?.fromMs ?? 0;
}

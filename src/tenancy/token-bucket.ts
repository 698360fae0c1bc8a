/** A rate with a burst of twice that: a bucket that holds two seconds' worth of tokens. */
export class TokenBucket {
  private readonly perMs: number;
  private tokens: number;
  private filledAtMs = performance.now();

  constructor(private readonly perSecond: number) {
    this.perMs = perSecond / 1_000;
    this.tokens = 2 * perSecond;
  }

  /** @returns whether there was a token to take */
  take(): boolean {
    if (this.waitSeconds() !== undefined) return false;
    this.tokens--;
    return true;
  }

  /** @returns undefined when there is a token, else the whole seconds until there is one */
  waitSeconds(): number | undefined {
    const nowMs = performance.now(); // a wall clock that is set forward would fill the bucket
    this.tokens = Math.min(2 * this.perSecond, this.tokens + (nowMs - this.filledAtMs) * this.perMs);
    this.filledAtMs = nowMs;
    return this.tokens >= 1 ? undefined : Math.ceil((1 - this.tokens) / this.perSecond);
  }
}

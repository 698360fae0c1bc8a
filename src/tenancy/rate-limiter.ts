import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** How often each tenant may ask of this process: a token bucket that holds two seconds' worth. */
@Injectable()
export class RateLimiter {
  /** How many requests were refused. */
  refused = 0;
  private readonly perMs: number;
  private readonly burst: number;
  /** One for each tenant of the catalogue at most: ids that nobody has do not come this far. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(@Inject(CONFIG) { rateLimit }: Config) {
    this.perMs = rateLimit / 1_000;
    this.burst = 2 * rateLimit;
  }

  /** Takes leave for one request: undefined when it is given, else the whole seconds to wait. */
  take(tenantId: string): number | undefined {
    const refusal = this.refusal(tenantId);
    const bucket = this.buckets.get(tenantId);
    if (refusal === undefined && bucket) bucket.tokens--;
    return refusal;
  }

  /** The whole seconds to wait when a request would be refused just now, which is counted as such; takes nothing. */
  refusal(tenantId: string): number | undefined {
    if (this.perMs === 0) return undefined;
    const nowMs = performance.now(); // steps of the wall clock grant nothing
    let bucket = this.buckets.get(tenantId);
    if (!bucket) this.buckets.set(tenantId, (bucket = { tokens: this.burst, filledAtMs: nowMs }));
    bucket.tokens = Math.min(this.burst, bucket.tokens + (nowMs - bucket.filledAtMs) * this.perMs);
    bucket.filledAtMs = nowMs;
    if (bucket.tokens >= 1) return undefined;
    this.refused++;
    return Math.ceil((1 - bucket.tokens) / this.perMs / 1_000);
  }
}

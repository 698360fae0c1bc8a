import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** Limits the requests of each tenant to this process: a token bucket that holds two seconds' worth. */
@Injectable()
export class RateLimiter {
  /** Number of requests refused. */
  refused = 0;
  private readonly perMs: number;
  private readonly burst: number;
  /** At most one for each tenant of the catalogue: requests with unknown ids are refused before. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(@Inject(CONFIG) { rateLimit }: Config) {
    this.perMs = rateLimit / 1_000;
    this.burst = 2 * rateLimit;
  }

  /** Takes a token for one request. @returns undefined, or the whole seconds to wait when there is none */
  take(tenantId: string): number | undefined {
    const waitSeconds = this.refusal(tenantId);
    const bucket = this.buckets.get(tenantId);
    if (waitSeconds === undefined && bucket) bucket.tokens--;
    return waitSeconds;
  }

  /** Looks without taking. @returns the whole seconds to wait, having counted a refusal; undefined when there is a token */
  refusal(tenantId: string): number | undefined {
    if (this.perMs === 0) return undefined;
    const nowMs = performance.now(); // a wall clock that is set forward would fill the buckets
    let bucket = this.buckets.get(tenantId);
    if (!bucket) this.buckets.set(tenantId, (bucket = { tokens: this.burst, filledAtMs: nowMs }));
    bucket.tokens = Math.min(this.burst, bucket.tokens + (nowMs - bucket.filledAtMs) * this.perMs);
    bucket.filledAtMs = nowMs;
    if (bucket.tokens >= 1) return undefined;
    this.refused++;
    return Math.ceil((1 - bucket.tokens) / this.perMs / 1_000);
  }
}

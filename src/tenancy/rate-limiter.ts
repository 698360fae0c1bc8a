import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { TokenBucket } from './token-bucket.js';

interface Buckets {
  everybody: TokenBucket;
  staff: TokenBucket;
}

/**
 * Limits the requests of each tenant to this process. Staff have a share of their own: they also take from that of
 * everybody while there is something in it, but do not need it.
 */
@Injectable()
export class RateLimiter {
  /** Number of requests refused. */
  refused = 0;
  private readonly rateLimit: number;
  /** At most one for each tenant of the catalogue: requests with unknown ids are refused before. */
  private readonly buckets = new Map<string, Buckets>();

  constructor(@Inject(CONFIG) { rateLimit }: Config) {
    this.rateLimit = rateLimit;
  }

  get isEnabled(): boolean {
    return this.rateLimit > 0;
  }

  /** Takes a token for one request. @returns undefined, or the whole seconds to wait when there is none */
  take(tenantId: string, isStaff = false): number | undefined {
    const waitSeconds = this.refusal(tenantId, isStaff);
    if (waitSeconds !== undefined || !this.isEnabled) return waitSeconds;
    const { everybody, staff } = this.of(tenantId);
    everybody.take();
    if (isStaff) staff.take();
    return undefined;
  }

  /** Looks without taking. @returns the whole seconds to wait, having counted a refusal; undefined when there is a token */
  refusal(tenantId: string, isStaff = false): number | undefined {
    if (!this.isEnabled) return undefined;
    const { everybody, staff } = this.of(tenantId);
    const waitSeconds = (isStaff ? staff : everybody).waitSeconds();
    if (waitSeconds !== undefined) this.refused++;
    return waitSeconds;
  }

  private of(tenantId: string): Buckets {
    let buckets = this.buckets.get(tenantId);
    if (!buckets) {
      buckets = { everybody: new TokenBucket(this.rateLimit), staff: new TokenBucket(this.rateLimit) };
      this.buckets.set(tenantId, buckets);
    }
    return buckets;
  }
}

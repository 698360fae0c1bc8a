import { CACHE_MANAGER } from '@nestjs/cache-manager';
import { Inject, Injectable } from '@nestjs/common';
import type { Cache } from 'cache-manager';
import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleAll, timeout, TimeoutStrategy, wrap } from 'cockatiel';
import { CONFIG, type Config } from '../config/config.js';
import { REDIS_CALL_TIMEOUT_MS, REDIS_PAUSE_MS, REDIS_TRIAL_MS, REDIS_TTL_MS } from '../config/time-limits.js';
import { shapeMark } from '../field/shape.js';
import type { Version } from '../revision/revision.entity.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { Cached, type Content, isContent } from './cached.js';

interface Stored {
  content: Content;
  loadedMs: number;
}

/** What the pods share through Redis. Without it, or while it is away, everything is simply not found there. */
@Injectable()
export class DistributedCache {
  private readonly enabled: boolean;
  /** After three calls in a row that ran out of time none is made for a while, then one to see. */
  private readonly breaker = circuitBreaker(handleAll, {
    halfOpenAfter: REDIS_PAUSE_MS,
    breaker: new ConsecutiveBreaker(3),
  });
  private readonly guard = wrap(this.breaker, timeout(REDIS_CALL_TIMEOUT_MS, TimeoutStrategy.Aggressive));
  private trial: NodeJS.Timeout | undefined;

  constructor(
    @Inject(CACHE_MANAGER) private readonly cache: Cache,
    @Inject(CONFIG) { redisUrl }: Config,
  ) {
    this.enabled = redisUrl !== undefined;
    // What is read from memory never calls Redis: without a call of its own nobody would see that it is back.
    this.breaker.onBreak(() => this.tryLater());
  }

  /** Whether Redis is left alone for now; undefined when there is none. */
  get isCircuitOpen(): boolean | undefined {
    return this.enabled ? this.breaker.state !== CircuitState.Closed : undefined;
  }

  async get(tenant: Tenant, version: Version, path: string): Promise<Cached | undefined> {
    if (!this.enabled) return undefined;
    try {
      const stored = await this.guard.execute(() => this.cache.get<unknown>(key(tenant, version, path)));
      return isStored(stored) ? new Cached(version, stored.content, stored.loadedMs) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Does not wait: nobody depends on it. */
  set(tenant: Tenant, path: string, { version, content, loadedMs }: Cached): void {
    if (!this.enabled) return;
    // Keys that were stored together do not all go at once.
    const ttlMs = Math.round(REDIS_TTL_MS * (0.9 + Math.random() / 5));
    const stored: Stored = { content, loadedMs };
    this.guard.execute(() => this.cache.set(key(tenant, version, path), stored, ttlMs)).catch(() => undefined);
  }

  private tryLater(): void {
    clearTimeout(this.trial);
    this.trial = setTimeout(() => void this.tryAgain(), REDIS_TRIAL_MS).unref();
  }

  /** The breaker counts its pause by the wall clock: when that was set back, one attempt may be too early. */
  private async tryAgain(): Promise<void> {
    await this.guard.execute(() => this.cache.get(shapeMark())).catch(() => undefined);
    if (this.isCircuitOpen) this.tryLater();
  }
}

/** Whoever may write to Redis may have put anything there: what Atrium could not have stored is not found. */
function isStored(value: unknown): value is Stored {
  const { loadedMs, content } = (value ?? {}) as Partial<Stored>;
  return Number.isFinite(loadedMs) && isContent(content);
}

function key({ id }: Tenant, { epoch, revision }: Version, path: string): string {
  return `${shapeMark()}:${id}:${epoch}:${revision}:${path}`;
}

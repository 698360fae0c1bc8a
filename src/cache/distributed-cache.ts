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

/** Answers that the pods share through Redis. Without Redis, or while it is away, nothing is found. */
@Injectable()
export class DistributedCache {
  private readonly enabled: boolean;
  /** Opens after three failed calls in a row; after the pause a single call tries Redis again. */
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
    // Reads from memory never call Redis, so a call of its own has to find out that Redis is back.
    this.breaker.onBreak(() => this.tryLater());
  }

  /** Whether calls to Redis are suspended; undefined without Redis. */
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

  /** Does not wait for Redis, and ignores its failure. */
  set(tenant: Tenant, path: string, { version, content, loadedMs }: Cached): void {
    if (!this.enabled) return;
    // Spread, so that keys stored together do not all expire at once.
    const ttlMs = Math.round(REDIS_TTL_MS * (0.9 + Math.random() / 5));
    const stored: Stored = { content, loadedMs };
    this.guard.execute(() => this.cache.set(key(tenant, version, path), stored, ttlMs)).catch(() => undefined);
  }

  private tryLater(): void {
    clearTimeout(this.trial);
    this.trial = setTimeout(() => void this.tryAgain(), REDIS_TRIAL_MS).unref();
  }

  /** The breaker measures its pause by the wall clock: after the clock was set back, an attempt may come too early. */
  private async tryAgain(): Promise<void> {
    await this.guard.execute(() => this.cache.get(shapeMark())).catch(() => undefined);
    if (this.isCircuitOpen) this.tryLater();
  }
}

/** Whether Atrium could have stored `value`: other writers of Redis may have put anything there. */
function isStored(value: unknown): value is Stored {
  const { loadedMs, content } = (value ?? {}) as Partial<Stored>;
  return Number.isFinite(loadedMs) && isContent(content);
}

function key({ id }: Tenant, { epoch, revision }: Version, path: string): string {
  return `${shapeMark()}:${id}:${epoch}:${revision}:${path}`;
}

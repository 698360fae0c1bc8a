import { CACHE_MANAGER } from '@nestjs/cache-manager';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Cache } from 'cache-manager';
import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleAll, timeout, TimeoutStrategy, wrap } from 'cockatiel';
import { CONFIG, type Config } from '../config/config.js';
import { REDIS_CALL_TIMEOUT_MS, REDIS_PAUSE_MS, REDIS_TRIAL_MS, REDIS_TTL_MS } from '../config/time-limits.js';
import { shapeMark } from '../field/shape.js';
import type { Version } from '../revision/revision.entity.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { Cached, type Content, isContent, rowsIn } from './cached.js';
import { WriteRefused } from './connected-store.js';
import { Seal } from './seal.js';

/** The answer, and what it answers: Redis is not trusted to find the right one. */
interface Stored {
  tenantId: string;
  epoch: string;
  revision: number;
  path: string;
  content: Content;
  loadedMs: number;
}

/** Answers that the pods share through Redis. Without Redis, or while it is away, nothing is found. */
@Injectable()
export class DistributedCache {
  /** Opens after three failed calls in a row; after the pause a single call tries Redis again. */
  private readonly breaker = circuitBreaker(handleAll, {
    halfOpenAfter: REDIS_PAUSE_MS,
    breaker: new ConsecutiveBreaker(3),
  });
  private readonly guard = wrap(this.breaker, timeout(REDIS_CALL_TIMEOUT_MS, TimeoutStrategy.Aggressive));
  private trial: NodeJS.Timeout | undefined;
  private refusesWrites = false;
  private readonly logger = new Logger('Redis');
  /** Undefined without Redis. */
  private readonly seal: Seal | undefined;

  constructor(
    @Inject(CACHE_MANAGER) private readonly cache: Cache,
    @Inject(CONFIG) config: Config,
  ) {
    this.seal = config.redisUrl === undefined ? undefined : new Seal(config);
    // Reads from memory never call Redis, so a call of its own has to find out that Redis is back.
    this.breaker.onBreak(() => this.tryLater());
  }

  /** Whether calls to Redis are suspended; undefined without Redis. */
  get isCircuitOpen(): boolean | undefined {
    return this.seal ? this.breaker.state !== CircuitState.Closed : undefined;
  }

  /** Whether Redis answers and takes no writes: it is full, or a replica. */
  get isReadOnly(): boolean {
    return this.refusesWrites && !this.isCircuitOpen;
  }

  async get(tenant: Tenant, version: Version, path: string): Promise<Cached | undefined> {
    if (!this.seal) return undefined;
    try {
      const value = await this.guard.execute(() => this.cache.get<unknown>(key(tenant, version, path)));
      const { seal, ...stored } = (value ?? {}) as Partial<Stored & { seal: unknown }>;
      if (!isFor(stored, tenant, version, path) || !this.seal.isOf(JSON.stringify(stored), seal)) return undefined;
      return isStored(stored) ? new Cached(version, stored.content, stored.loadedMs) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Does not wait for Redis, and ignores its failure. */
  set({ id: tenantId }: Tenant, path: string, { version, content, loadedMs }: Cached): void {
    if (!this.seal || this.refusesWrites) return;
    // Spread, so that keys stored together do not all expire at once.
    const ttlMs = Math.round(REDIS_TTL_MS * (0.9 + Math.random() / 5));
    const stored: Stored = { tenantId, ...version, path, content, loadedMs };
    const value = { ...stored, seal: this.seal.of(JSON.stringify(stored)) };
    void this.write(key({ id: tenantId }, version, path), value, ttlMs);
  }

  /** A refusal does not open the circuit, since Redis can be read. Later writes wait until one of our own is taken. */
  private async write(name: string, value: unknown, ttlMs: number): Promise<void> {
    const setting = () => this.cache.set(name, value, ttlMs).then(() => 'taken' as const, refusalOf);
    const outcome = await this.guard.execute(setting).catch(() => undefined);
    if (outcome === undefined) return;
    const wasRefusing = this.refusesWrites;
    this.refusesWrites = outcome !== 'taken';
    if (this.refusesWrites) this.tryLater();
    if (outcome !== 'taken' && !wasRefusing)
      this.logger.warn(`cache: Redis takes no writes, going on without them (${outcome.message})`);
    if (outcome === 'taken' && wasRefusing) this.logger.log('cache: Redis takes writes again');
  }

  private tryLater(): void {
    clearTimeout(this.trial);
    this.trial = setTimeout(() => void this.tryAgain(), REDIS_TRIAL_MS).unref();
  }

  /** The breaker measures its pause by the wall clock: after the clock was set back, an attempt may come too early. */
  private async tryAgain(): Promise<void> {
    await this.guard.execute(() => this.cache.get(shapeMark())).catch(() => undefined);
    if (this.refusesWrites) await this.write(shapeMark(), 0, REDIS_TRIAL_MS);
    if (this.isCircuitOpen || this.refusesWrites) this.tryLater();
  }
}

/** Undefined when Redis is away, which its connection logs. */
function refusalOf(thrown: unknown): WriteRefused | undefined {
  return thrown instanceof WriteRefused ? thrown : undefined;
}

/** Whether it says that it answers GET `path` of this tenant at this version. */
function isFor(stored: Partial<Stored>, { id }: Tenant, { epoch, revision }: Version, path: string): boolean {
  return stored.tenantId === id && stored.epoch === epoch && stored.revision === revision && stored.path === path;
}

/** Whether it has every field, and what is sent of it is JSON. */
function isStored(stored: Partial<Stored>): stored is Stored {
  const { loadedMs, content } = stored;
  return Number.isFinite(loadedMs) && isContent(content) && rowsIn(content).every(({ json }) => isJson(json));
}

function isJson(text: string): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

function key({ id }: Pick<Tenant, 'id'>, { epoch, revision }: Version, path: string): string {
  return `${shapeMark()}:${id}:${epoch}:${revision}:${path}`;
}

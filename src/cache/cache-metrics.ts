import { Injectable } from '@nestjs/common';
import { PullRegistry } from '../meter/pull-registry.js';
import { Problem } from '../problem/problem.js';
import type { Origin } from '../representation/representation.js';
import { DistributedCache } from './distributed-cache.js';
import { KnownVersions } from './known-versions.js';
import { Memory } from './memory.js';

/** Counts what the cache does and the fast path answers, and registers the cache's metrics. */
@Injectable()
export class CacheMetrics {
  private readonly reads: Record<Origin, number> = { memory: 0, redis: 0, database: 0, stale: 0 };
  private readonly loads = { loaded: 0, failed: 0 };

  constructor(registry: PullRegistry, memory: Memory, versions: KnownVersions, distributed: DistributedCache) {
    const reads = 'Answers that may be cached, by where they came from';
    registry.counter('atrium_cache_reads_total', reads, () => this.reads, 'layer');
    registry.counter('atrium_cache_loads_total', 'Loads from the database', () => this.loads, 'result');
    registry.gauge('atrium_cache_memory_bytes', 'What the answers in memory weigh, roughly', () => memory.bytes);
    registry.gauge('atrium_cache_memory_entries', 'Answers in memory', () => memory.entries);
    const lag = 'The longest time since the revision of a tenant in use was last confirmed';
    registry.gauge('atrium_revision_lag_seconds', lag, () => versions.lagMs / 1_000);
    if (distributed.isCircuitOpen === undefined) return;
    const open = 'Whether Redis failed so often that it is left alone for a moment, or takes no writes';
    registry.gauge('atrium_redis_circuit_open', open, () =>
      Number(distributed.isCircuitOpen || distributed.isReadOnly),
    );
  }

  /** @param origin where an answer came from */
  countRead(origin: Origin): void {
    this.reads[origin]++;
  }

  /** Counts whether a load from the database succeeded or failed. A load that finds no such row is not counted. */
  async countLoad<T>(loading: Promise<T>): Promise<T> {
    try {
      const loaded = await loading;
      this.loads.loaded++;
      return loaded;
    } catch (thrown) {
      if (!(thrown instanceof Problem && thrown.getStatus() < 500)) this.loads.failed++;
      throw thrown;
    }
  }
}

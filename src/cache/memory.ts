import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { CONFIG, type Config } from '../config/config.js';
import { isNewer } from '../revision/revision.entity.js';
import type { Cached } from './cached.js';

/** Answers of all tenants, together within CACHE_MEMORY_MB. The least recently used is dropped first. */
@Injectable()
export class Memory {
  private readonly answers: LRUCache<string, Cached> | undefined;

  constructor(@Inject(CONFIG) { cacheMemoryBytes }: Config) {
    if (cacheMemoryBytes > 0) {
      this.answers = new LRUCache({ maxSize: cacheMemoryBytes, sizeCalculation: (cached) => cached.size });
    }
  }

  get bytes(): number {
    return this.answers?.calculatedSize ?? 0;
  }

  get entries(): number {
    return this.answers?.size ?? 0;
  }

  get(tenantId: string, path: string): Cached | undefined {
    return this.answers?.get(key(tenantId, path));
  }

  /** As `get`, without counting as use. */
  peek(tenantId: string, path: string): Cached | undefined {
    return this.answers?.peek(key(tenantId, path));
  }

  /** Removes `cached`, unless another has taken its place. */
  drop(tenantId: string, path: string, cached: Cached): void {
    if (this.peek(tenantId, path) === cached) this.answers?.delete(key(tenantId, path));
  }

  /** Removes the tenant's answers. Slow: looks at every key. */
  forget(tenantId: string): void {
    for (const name of this.answers?.keys() ?? []) if (name.startsWith(key(tenantId, ''))) this.answers?.delete(name);
  }

  /** Keeps `cached` unless a newer answer is present: a load overtaken by a write does not displace its successor. */
  set(tenantId: string, path: string, cached: Cached): void {
    const present = this.peek(tenantId, path);
    if (present && isNewer(present.version, cached.version)) return;
    this.answers?.set(key(tenantId, path), cached);
  }
}

// A tenant id holds no space: one tenant's path never reads as another's.
function key(tenantId: string, path: string): string {
  return `${tenantId} ${path}`;
}

import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { CONFIG, type Config } from '../config/config.js';
import { isNewer } from '../revision/revision.entity.js';
import type { Cached } from './cached.js';

/** Answers ready to be sent, of all tenants together within CACHE_MEMORY_MB; what was not used for longest goes first. */
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

  /** Without counting as use. */
  peek(tenantId: string, path: string): Cached | undefined {
    return this.answers?.peek(key(tenantId, path));
  }

  /** Removes `cached`, unless there is another in its place by now. */
  drop(tenantId: string, path: string, cached: Cached): void {
    if (this.peek(tenantId, path) === cached) this.answers?.delete(key(tenantId, path));
  }

  /** Goes through all that is kept: for what is rare. */
  forget(tenantId: string): void {
    for (const name of this.answers?.keys() ?? []) if (name.startsWith(key(tenantId, ''))) this.answers?.delete(name);
  }

  /** Keeps the newer of two: a load that was overtaken by a write does not displace what came after it. */
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

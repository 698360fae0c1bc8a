import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { CONFIG, type Config } from '../config/config.js';
import { isNewer } from '../revision/revision.entity.js';
import type { Entry } from './cached.js';

/** Answers of all tenants, together within CACHE_MEMORY_MB. The least recently used is dropped first. */
@Injectable()
export class Memory {
  private readonly answers: LRUCache<string, Entry> | undefined;

  constructor(@Inject(CONFIG) { cacheMemoryBytes }: Config) {
    if (cacheMemoryBytes > 0) {
      this.answers = new LRUCache({ maxSize: cacheMemoryBytes, sizeCalculation: ({ size }) => size });
    }
  }

  get bytes(): number {
    return this.answers?.calculatedSize ?? 0;
  }

  get entries(): number {
    return this.answers?.size ?? 0;
  }

  get(tenantId: string, path: string): Entry | undefined {
    return this.answers?.get(key(tenantId, path));
  }

  /** As `get`, without counting as use. */
  peek(tenantId: string, path: string): Entry | undefined {
    return this.answers?.peek(key(tenantId, path));
  }

  /** Removes `entry`, unless another has taken its place. */
  drop(tenantId: string, path: string, entry: Entry): void {
    if (this.peek(tenantId, path) === entry) this.answers?.delete(key(tenantId, path));
  }

  /** Removes the tenant's answers. Slow: looks at every key. */
  forget(tenantId: string): void {
    for (const name of this.answers?.keys() ?? []) if (name.startsWith(key(tenantId, ''))) this.answers?.delete(name);
  }

  /** Keeps `entry` unless a newer answer is present: a load overtaken by a write does not displace its successor. */
  set(tenantId: string, path: string, entry: Entry): void {
    const present = this.peek(tenantId, path);
    if (present?.version && entry.version && isNewer(present.version, entry.version)) return;
    this.answers?.set(key(tenantId, path), entry);
  }
}

// A tenant id holds no space: one tenant's path never reads as another's.
function key(tenantId: string, path: string): string {
  return `${tenantId} ${path}`;
}

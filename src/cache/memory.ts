import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { CONFIG, type Config } from '../config/config.js';
import { isNewer } from '../revision/revision.entity.js';
import type { Entry } from './cached.js';
import { PageMemory } from './page-memory.js';

/** The part of CACHE_MEMORY_MB that is for pages. */
const PAGES_PART = 1 / 4;

/** Answers of all tenants, together within CACHE_MEMORY_MB. The least recently used is dropped first. */
@Injectable()
export class Memory {
  readonly pages: PageMemory;
  private readonly answers: LRUCache<string, Entry> | undefined;

  constructor(@Inject(CONFIG) { cacheMemoryBytes }: Config) {
    const pageBytes = Math.floor(cacheMemoryBytes * PAGES_PART);
    this.pages = new PageMemory(pageBytes);
    if (cacheMemoryBytes > 0) {
      this.answers = new LRUCache({ maxSize: cacheMemoryBytes - pageBytes, sizeCalculation: ({ size }) => size });
    }
  }

  get bytes(): number {
    return (this.answers?.calculatedSize ?? 0) + this.pages.bytes;
  }

  get entries(): number {
    return (this.answers?.size ?? 0) + this.pages.entries;
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
    this.pages.forget(tenantId);
    for (const name of this.answers?.keys() ?? []) if (name.startsWith(key(tenantId, ''))) this.answers?.delete(name);
  }

  /** Keeps `entry` unless a newer answer is present: a load overtaken by a write does not displace its successor. */
  set(tenantId: string, path: string, entry: Entry): void {
    const present = this.peek(tenantId, path);
    if (present?.version && entry.version && isNewer(present.version, entry.version)) return;
    entry.onGrowth = () => this.weighAgain(tenantId, path, entry);
    this.answers?.set(key(tenantId, path), entry);
  }

  private weighAgain(tenantId: string, path: string, entry: Entry): void {
    if (this.peek(tenantId, path) !== entry) return;
    this.drop(tenantId, path, entry); // an entry that is set again keeps its weight
    this.answers?.set(key(tenantId, path), entry);
  }
}

// A tenant id holds no space: one tenant's path never reads as another's.
function key(tenantId: string, path: string): string {
  return `${tenantId} ${path}`;
}

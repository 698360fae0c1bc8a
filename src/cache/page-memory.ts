import { LRUCache } from 'lru-cache';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { isNewer, type Version } from '../revision/revision.entity.js';
import type { Entry } from './cached.js';
import type { Ready } from './ready.js';

/** The part of all pages that those of one tenant may take. */
const TENANT_PART = 1 / 8;

/** A page of rows as the public sees it, at one version and until its boundary. */
export class KeptPage implements Entry {
  onGrowth = () => {};

  constructor(
    /** The path of the list. */
    readonly route: string,
    readonly version: Version,
    readonly loadedMs: number,
    readonly ready: Ready,
  ) {}

  get size(): number {
    return 1_000 + 2 * (this.ready.bytes.length + this.ready.codedBytes);
  }

  answer(): this {
    return this;
  }

  /** Undefined when it is not right at `nowMs`. */
  at(nowMs: number): Ready | undefined {
    return this.loadedMs <= nowMs && nowMs < this.ready.boundaryMs ? this.ready : undefined;
  }
}

/** Leads from a query as it was asked to the page of its meaning. Local dates mean another when the time zone changes. */
interface Spelling {
  query: string;
  tenantRevision: Tenant['revision'];
}

type Kept = KeptPage | Spelling;

/**
 * Pages by their query. Anybody can make up queries, so pages have a part of the memory that is their own, and each tenant
 * a part of that: they push out nothing else.
 */
export class PageMemory {
  /** By tenant id, the tenant that kept a page last at the end. */
  private readonly shares = new Map<string, LRUCache<string, Kept>>();

  /** @param maxBytes of all pages together */
  constructor(private readonly maxBytes: number) {}

  get bytes(): number {
    return this.sum(({ calculatedSize }) => calculatedSize);
  }

  get entries(): number {
    return this.sum(({ size }) => size);
  }

  /** The page of a query, by its meaning. */
  get({ id }: Tenant, query: string): KeptPage | undefined {
    const page = this.shares.get(id)?.get(query);
    return page instanceof KeptPage ? page : undefined;
  }

  /** The page of a query as it is asked. */
  spelt({ id, revision }: Tenant, spelling: string): KeptPage | undefined {
    const found = this.shares.get(id)?.get(spelling);
    if (found === undefined || found instanceof KeptPage || found.tenantRevision !== revision) return undefined;
    const page = this.shares.get(id)?.get(found.query);
    return page instanceof KeptPage ? page : undefined;
  }

  /** Keeps `page` unless a newer one is present. */
  set(tenant: Tenant, query: string, page: KeptPage): void {
    const present = this.get(tenant, query);
    if (present && isNewer(present.version, page.version)) return;
    page.onGrowth = () => {
      if (this.shares.get(tenant.id)?.peek(query) === page) this.put(tenant.id, query, page);
    };
    this.put(tenant.id, query, page);
  }

  /** @param spelling holds no space, so that it is no query by its meaning */
  spell({ id }: Tenant, spelling: string, to: Spelling): void {
    const present = this.shares.get(id)?.get(spelling);
    if (present instanceof KeptPage || present?.tenantRevision !== to.tenantRevision || present.query !== to.query)
      this.put(id, spelling, to);
  }

  forget(tenantId: string): void {
    this.shares.delete(tenantId);
  }

  private put(tenantId: string, name: string, value: Kept): void {
    const maxSize = Math.floor(this.maxBytes * TENANT_PART);
    if (maxSize === 0) return;
    const share = this.shares.get(tenantId) ?? new LRUCache({ maxSize, sizeCalculation });
    share.delete(name); // what is set again would keep its weight
    share.set(name, value);
    this.shares.delete(tenantId);
    this.shares.set(tenantId, share);
    this.shrink();
  }

  /** Drops pages of the tenants that have kept none for the longest time. */
  private shrink(): void {
    let { bytes } = this;
    for (const [tenantId, share] of this.shares) {
      for (; bytes > this.maxBytes && share.size > 0;) {
        const before = share.calculatedSize;
        share.pop();
        bytes -= before - share.calculatedSize;
      }
      if (share.size === 0) this.shares.delete(tenantId);
      if (bytes <= this.maxBytes) return;
    }
  }

  private sum(of: (share: LRUCache<string, Kept>) => number): number {
    return [...this.shares.values()].reduce((sum, share) => sum + of(share), 0);
  }
}

function sizeCalculation(value: Kept, name: string): number {
  return 2 * name.length + (value instanceof KeptPage ? value.size : 300 + 2 * value.query.length);
}

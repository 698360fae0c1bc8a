import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { Problem } from '../problem/problem.js';
import { type Origin, Representation } from '../representation/representation.js';
import { isNewer, type Version } from '../revision/revision.entity.js';
import { UnitOfWork } from '../change/unit-of-work.js';
import { currentTenant, runAs } from '../tenancy/tenant-context.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { Cached, type Content } from './cached.js';
import { DistributedCache } from './distributed-cache.js';
import { cacheControl } from '../representation/cache-control.js';
import { type Known, KnownVersions } from './known-versions.js';
import { Memory } from './memory.js';
import { VersionTracker } from './version-tracker.js';

/** Makes an answer from the tenant's rows, as they are at `version` or later. */
export type Load = (manager: EntityManager, version: Version) => Promise<Content>;

interface Found {
  cached: Cached;
  origin: Origin;
}

/**
 * Reads through memory, then Redis, then the database. The tenant's version fences it: what is kept is used only for the
 * version it was made at, so that a load which began before a write can never bring back what the write replaced.
 */
@Injectable()
export class TenantCache {
  /** How many answers came from where, and what became of the loads. The hot lane counts its own. */
  readonly reads: Record<Origin, number> = { memory: 0, redis: 0, database: 0, stale: 0 };
  readonly loads = { loaded: 0, failed: 0 };
  /** By path. The object of a version belongs to one life of a tenant, which its numbers may not. */
  private readonly loading = new WeakMap<Version, Map<string, Promise<Found>>>();
  /** How the timelines that somebody asked for are loaded, by path. */
  private readonly timelines = new Map<string, Load>();
  /** The paths of timelines that are loaded after a write just now. */
  private readonly renewing = new WeakMap<Known, Set<string>>();

  constructor(
    private readonly memory: Memory,
    private readonly distributed: DistributedCache,
    private readonly versions: KnownVersions,
    private readonly tracker: VersionTracker,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The answer to GET `path`, as it is now. While the database is away, the last good one, computed for now. */
  async represent(path: string, load: Load): Promise<Representation<Buffer>> {
    const { cached, origin } = await this.find(path, load);
    const nowMs = this.clock.now();
    const { bytes, etag, boundaryMs } = cached.at(nowMs);
    this.reads[origin]++;
    return new Representation(bytes, etag, { cacheControl: cacheControl(nowMs, boundaryMs), origin });
  }

  /** What the answer to GET `path` is made from. */
  async find(path: string, load: Load): Promise<Found> {
    const tenant = currentTenant();
    const { version, unconfirmed } = await this.tracker.current(tenant);
    const kept = this.memory.get(tenant.id, path);
    if (kept && kept.version === version && kept.loadedMs <= this.clock.now()) {
      return { cached: kept, origin: unconfirmed ? 'stale' : 'memory' };
    }
    const found = await this.loadOnce(tenant, version, path, load).catch((thrown: unknown) =>
      this.makeDo(tenant, path, kept, thrown),
    );
    // A load that a write overtook may end after a newer answer was given: nobody is shown an older one after that.
    const newer = this.memory.get(tenant.id, path);
    return newer && isNewer(newer.version, found.cached.version) ? { cached: newer, origin: 'memory' } : found;
  }

  /** The last good answer, when it is the database that is away and the answer is not too old. */
  private makeDo(tenant: Tenant, path: string, kept: Cached | undefined, thrown: unknown): Found {
    const status = thrown instanceof Problem ? thrown.getStatus() : 500;
    // That there is no such row is the last good answer now.
    if (status < 500 && kept) this.memory.drop(tenant.id, path, kept);
    if (!kept || status !== 503) throw thrown;
    const rightMs = Math.max(kept.loadedMs, this.versions.overtakenMs(kept.version) ?? 0);
    if (this.clock.now() - rightMs > this.config.staleMaxMs) throw thrown;
    return { cached: kept, origin: 'stale' };
  }

  /** One load at a time for each answer and version, however many ask for it. */
  private loadOnce(tenant: Tenant, version: Version, path: string, load: Load): Promise<Found> {
    const loading = this.loading.get(version) ?? new Map<string, Promise<Found>>();
    this.loading.set(version, loading);
    const found = loading.get(path) ?? this.loadAnew(tenant, version, path, load).finally(() => loading.delete(path));
    loading.set(path, found);
    return found;
  }

  private async loadAnew(tenant: Tenant, version: Version, path: string, load: Load): Promise<Found> {
    const shared = await this.distributed.get(tenant, version, path);
    if (shared && shared.loadedMs <= this.clock.now()) {
      this.keep(tenant, path, shared, load);
      return { cached: shared, origin: 'redis' };
    }
    const cached = await this.counted(this.fromDatabase(tenant, version, load));
    this.keep(tenant, path, cached, load);
    this.distributed.set(tenant, path, cached);
    return { cached, origin: 'database' };
  }

  private async counted(loading: Promise<Cached>): Promise<Cached> {
    try {
      const cached = await loading;
      this.loads.loaded++;
      return cached;
    } catch (thrown) {
      // That there is no such row is an answer.
      if (!(thrown instanceof Problem && thrown.getStatus() < 500)) this.loads.failed++;
      throw thrown;
    }
  }

  /** A load that ends after its tenant has left leaves nothing behind. */
  private keep(tenant: Tenant, path: string, cached: Cached, load: Load): void {
    if (tenant.isActive) this.memory.set(tenant.id, path, cached);
    if (cached.content.kind === 'timeline') this.timelines.set(path, load);
  }

  /** After a write the timelines in use are loaded before anybody asks for them. */
  renew(known: Known): void {
    const renewing = this.renewing.get(known) ?? new Set();
    this.renewing.set(known, renewing);
    for (const [path, load] of this.timelines) {
      if (renewing.has(path) || !this.memory.peek(known.tenant.id, path)) continue;
      const renewal = runAs({ tenant: known.tenant, actor: 'atrium' }, () =>
        this.loadLast(known, path, load, renewing),
      );
      void renewal.catch(() => undefined); // its readers will be told
    }
  }

  /** Of the writes that come while it loads only the last is loaded after. */
  private async loadLast(known: Known, path: string, load: Load, renewing: Set<string>): Promise<void> {
    renewing.add(path);
    try {
      for (let version, loaded; version !== known.version && loaded !== known.version;) {
        ({ version } = known);
        ({ version: loaded } = (await this.loadOnce(known.tenant, version, path, load)).cached);
      }
    } finally {
      renewing.delete(path);
    }
  }

  private async fromDatabase(tenant: Tenant, reached: Version, load: Load): Promise<Cached> {
    const { version, content, loadedMs } = await this.unitOfWork.read(async (manager, version) => {
      const loadedMs = this.clock.now();
      return { version, content: await load(manager, version), loadedMs };
    }, reached);
    // A write may have come since; then this is of the version that was read, and not of the one that is known now.
    return new Cached(this.versions.canonical(tenant, version), content, loadedMs);
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { Problem } from '../problem/problem.js';
import type { Coding } from '../representation/content-coding.js';
import { type Origin, Representation } from '../representation/representation.js';
import { isNewer, type Version } from '../revision/revision.entity.js';
import { UnitOfWork } from '../change/unit-of-work.js';
import { currentCaller, currentTenant, runAs } from '../tenancy/tenant-context.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { CacheMetrics } from './cache-metrics.js';
import type { Ready } from './ready.js';
import { Cached, Centre, type Content, TIMELINE } from './cached.js';
import { DistributedCache } from './distributed-cache.js';
import { cacheControl, PRIVATE } from '../representation/cache-control.js';
import type { KnownVersion } from './known-version.js';
import { KnownVersions } from './known-versions.js';
import { LoadsInFlight } from './loads-in-flight.js';
import { Memory } from './memory.js';
import { VersionTracker } from './version-tracker.js';

/** Makes an answer from the tenant's rows, as they are at `version` or later. */
export type Load = (manager: EntityManager, version: Version) => Promise<Content>;

interface Found {
  cached: Cached;
  origin: Origin;
}

/**
 * Reads through memory, then Redis, then the database. The tenant's version fences it: an answer is used only for the
 * version it was made at, so a load that began before a write can never bring back what the write replaced.
 */
@Injectable()
export class TenantCache {
  private readonly loads = new LoadsInFlight<Found>();
  /** How to load a timeline, once one was asked for. */
  private loadTimeline: Load | undefined;
  /** Those whose timeline is being reloaded after a write. */
  private readonly renewing = new WeakSet<KnownVersion>();

  constructor(
    private readonly memory: Memory,
    private readonly distributed: DistributedCache,
    private readonly versions: KnownVersions,
    private readonly tracker: VersionTracker,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly metrics: CacheMetrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * The answer to GET `path` for this instant: all of it to an editor, to others what the public sees. While the database
   * is away, it is computed from the last good rows.
   * @returns undefined when there is nothing that the caller may see
   */
  async represent(path: string, load: Load): Promise<Representation<Buffer> | undefined> {
    const { cached, origin } = await this.find(path, load);
    if (!currentCaller().seesHidden)
      return this.send(cached.answer(path, currentTenant()).at(this.clock.now()), origin);
    this.metrics.countRead(origin);
    const { bytes, etag } = cached.whole();
    return new Representation(bytes, etag, { cacheControl: PRIVATE, origin });
  }

  /** The answer to GET `path` that is computed from the timeline: what the public sees, to everybody. */
  async view(path: string, load: Load): Promise<Representation<Buffer>> {
    const { cached, origin } = await this.find(TIMELINE, load);
    const shown = this.send(cached.answer(path, currentTenant()).at(this.clock.now()), origin);
    if (!shown) throw new Error(`${path} is there whatever it holds`);
    return shown;
  }

  /** The answer to GET `path` about the shopping centre itself, which asks no database. */
  centre(path: string): Representation<Buffer> {
    const tenant = currentTenant();
    const kept = this.memory.get(tenant.id, path);
    const centre = kept instanceof Centre && kept.tenant === tenant ? kept : new Centre(tenant);
    if (kept !== centre && tenant.isActive) this.memory.set(tenant.id, path, centre);
    const shown = this.send(centre.answer().at(this.clock.now()), 'memory');
    if (!shown) throw new Error('A shopping centre is always seen');
    return shown;
  }

  /** An answer to the public, with the headers that it has at this instant. */
  send(ready: Ready, origin: Origin): Representation<Buffer>;
  send(ready: Ready | undefined, origin: Origin): Representation<Buffer> | undefined;
  send(ready: Ready | undefined, origin: Origin): Representation<Buffer> | undefined {
    this.metrics.countRead(origin);
    if (!ready) return undefined;
    const { bytes, etag, boundaryMs } = ready;
    const nowMs = this.clock.now();
    const control = cacheControl(nowMs, boundaryMs, this.config.freshSeconds);
    const variantIn = (coding: Coding | 'identity') => ready.in(coding, nowMs);
    return new Representation(bytes, etag, { cacheControl: control, origin, variantIn });
  }

  /** The content from which the answer to GET `path` is computed. */
  async find(path: string, load: Load): Promise<Found> {
    const tenant = currentTenant();
    const { version, unconfirmed } = await this.tracker.current(tenant);
    const kept = this.kept(tenant, path);
    if (kept && kept.version === version && kept.loadedMs <= this.clock.now() && this.shows(kept, path)) {
      return { cached: kept, origin: unconfirmed ? 'stale' : 'memory' };
    }
    const found = await this.loadOnce(tenant, version, path, load).catch((thrown: unknown) =>
      this.serveStale(tenant, path, kept, thrown),
    );
    // A write may have overtaken the load. After a newer answer was given, no caller gets an older one.
    const newer = this.kept(tenant, path);
    return newer && isNewer(newer.version, found.cached.version) ? { cached: newer, origin: 'memory' } : found;
  }

  /**
   * Whether the caller sees anything of `cached`. The database is asked for what is hidden, as it is for what is not
   * there: neither the time of a 404 nor an outage tells the two apart.
   */
  private shows(cached: Cached, path: string): boolean {
    if (cached.content.kind === 'timeline' || currentCaller().seesHidden) return true;
    return cached.answer(path, currentTenant()).at(this.clock.now()) !== undefined;
  }

  private kept({ id }: Tenant, path: string): Cached | undefined {
    const entry = this.memory.get(id, path);
    return entry instanceof Cached ? entry : undefined;
  }

  /** The last good answer, when it is the database that is away and the answer is within STALE_MAX_S. */
  private serveStale(tenant: Tenant, path: string, kept: Cached | undefined, thrown: unknown): Found {
    const status = thrown instanceof Problem ? thrown.getStatus() : 500;
    // "No such row" replaces the last good answer.
    if (status < 500 && kept) this.memory.drop(tenant.id, path, kept);
    if (!kept || status !== 503 || !this.shows(kept, path)) throw thrown;
    const rightMs = Math.max(kept.loadedMs, this.versions.overtakenMs(kept.version) ?? 0);
    if (this.clock.now() - rightMs > this.config.staleMaxMs) throw thrown;
    return { cached: kept, origin: 'stale' };
  }

  private loadOnce(tenant: Tenant, version: Version, path: string, load: Load): Promise<Found> {
    return this.loads.once(version, path, () => this.loadAnew(tenant, version, path, load));
  }

  private async loadAnew(tenant: Tenant, version: Version, path: string, load: Load): Promise<Found> {
    const shared = await this.distributed.get(tenant, version, path);
    if (shared && shared.loadedMs <= this.clock.now() && this.shows(shared, path)) {
      this.keep(tenant, path, shared, load);
      return { cached: shared, origin: 'redis' };
    }
    const cached = await this.metrics.countLoad(this.fromDatabase(tenant, version, load));
    if (this.shows(cached, path)) {
      this.keep(tenant, path, cached, load);
      this.distributed.set(tenant, path, cached);
    }
    return { cached, origin: 'database' };
  }

  /** A load that ends after its tenant has left is not kept. */
  private keep(tenant: Tenant, path: string, cached: Cached, load: Load): void {
    if (tenant.isActive) this.memory.set(tenant.id, path, cached);
    if (cached.content.kind === 'timeline') this.loadTimeline = load;
  }

  /** Reloads the timeline in memory after a write, before anybody asks for it. */
  renew(known: KnownVersion): void {
    const { loadTimeline: load } = this;
    if (!load || this.renewing.has(known) || !this.memory.peek(known.tenant.id, TIMELINE)) return;
    const renewal = runAs({ tenant: known.tenant, actor: 'atrium' }, () => this.loadLast(known, load));
    void renewal.catch(() => undefined); // the next reader loads it and sees the failure
  }

  /** Writes during a reload cause one more reload, not one each. */
  private async loadLast(known: KnownVersion, load: Load): Promise<void> {
    this.renewing.add(known);
    try {
      for (let version, loaded; version !== known.version && loaded !== known.version;) {
        ({ version } = known);
        ({ version: loaded } = (await this.loadOnce(known.tenant, version, TIMELINE, load)).cached);
      }
    } finally {
      this.renewing.delete(known);
    }
  }

  private async fromDatabase(tenant: Tenant, reached: Version, load: Load): Promise<Cached> {
    const { version, content, loadedMs } = await this.unitOfWork.read(async (manager, version) => {
      const loadedMs = this.clock.now();
      return { version, content: await load(manager, version), loadedMs };
    }, reached);
    // A write may have come meanwhile: the answer belongs to the version that was read, not to the one known now.
    return new Cached(this.versions.canonical(tenant, version), content, loadedMs);
  }
}

import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import type { Representation } from '../representation/representation.js';
import { entityTag } from '../revision/entity-tag.js';
import type { Version } from '../revision/revision.entity.js';
import { currentCaller, currentTenant } from '../tenancy/tenant-context.js';
import { KnownVersions } from './known-versions.js';
import { LoadsInFlight } from './loads-in-flight.js';
import { Memory } from './memory.js';
import { KeptPage } from './page-memory.js';
import { Ready } from './ready.js';
import { TenantCache } from './tenant-cache.js';
import { VersionTracker } from './version-tracker.js';

/** A page as the public sees it at an instant. */
export interface LoadedPage {
  page: object;
  version: Version;
  nowMs: number;
  boundaryMs: number;
}

/** Reads the pages of the public through memory, then the database, fenced by the tenant's version and the page's boundary. */
@Injectable()
export class PageCache {
  private readonly loads = new LoadsInFlight<KeptPage>();

  constructor(
    private readonly memory: Memory,
    private readonly cache: TenantCache,
    private readonly versions: KnownVersions,
    private readonly tracker: VersionTracker,
    private readonly clock: Clock,
  ) {}

  /**
   * The page for this instant.
   * @param route the path of the list
   * @param query all that the page depends on besides
   */
  async read(route: string, query: string, load: () => Promise<LoadedPage>): Promise<Representation<Buffer>> {
    const { tenant, url } = currentCaller();
    const name = `${route} ${query}`;
    const spelling = { query: name, tenantRevision: tenant.revision };
    const { version, unconfirmed } = await this.tracker.current(tenant);
    const kept = this.memory.pages.get(tenant, name);
    const ready = kept?.version === version ? kept.at(this.clock.now()) : undefined;
    const found = ready ?? (await this.loadOnce(version, name, () => this.loadAnew(route, name, load))).ready;
    // Only a query that was answered is kept.
    if (url !== undefined && tenant.isActive) this.memory.pages.spell(tenant, url, spelling);
    return this.cache.send(found, !ready ? 'database' : unconfirmed ? 'stale' : 'memory');
  }

  /** A page is shared by all who ask before its boundary. */
  private loadOnce(version: Version, name: string, load: () => Promise<KeptPage>): Promise<KeptPage> {
    const askedMs = this.clock.now();
    return this.loads.once(version, name, load, ({ ready }) => ready.boundaryMs > askedMs);
  }

  private async loadAnew(route: string, name: string, load: () => Promise<LoadedPage>): Promise<KeptPage> {
    const { page, version, nowMs, boundaryMs } = await load();
    const tenant = currentTenant();
    const bytes = Buffer.from(JSON.stringify(page));
    const ready = new Ready(bytes, entityTag(bytes, version.epoch), boundaryMs, () => kept.onGrowth());
    const kept = new KeptPage(route, this.versions.canonical(tenant, version), nowMs, ready);
    if (tenant.isActive) this.memory.pages.set(tenant, name, kept);
    return kept;
  }
}

import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AnnouncementVerifier } from '../backplane/announcement-verifier.js';
import { Clock } from '../clock/clock.js';
import { type TenantSeed } from '../config/tenant-seed.js';
import { CATALOGUE_POLL_MS } from '../config/time-limits.js';
import { isSame, type Version } from '../revision/revision.entity.js';
import { CatalogueStore } from './catalogue-store.js';
import type { Tenant } from './tenant.entity.js';
import { registerTenant } from './tenant-registration.js';

/**
 * The tenants in memory. Changes are applied to the same Tenant object. A tenant that is retired and made anew under the
 * same id is another object, and the old one is no longer active.
 */
@Injectable()
export class Catalogue implements OnModuleDestroy {
  /** Whether the catalogue answered when it was last read. */
  isReachable = false;
  private known = new Map<string, Tenant>();
  private version: Version | undefined;
  private refreshing: Promise<void> | undefined;
  private poller: NodeJS.Timeout | undefined;
  private readonly announcements = new AnnouncementVerifier<this>(() => this.verify());
  private readonly listeners: ((tenant: Tenant) => void)[] = [];

  constructor(
    private readonly store: CatalogueStore,
    private readonly clock: Clock,
  ) {}

  /** From now on, changes made by other processes are found even when nobody announces them. */
  startPolling(): void {
    this.poller = setInterval(() => void (this.refreshing ?? this.refreshSoon()), CATALOGUE_POLL_MS).unref();
  }

  /** Refreshes without waiting, and not more often than it helps. After a failure the next poll tries again. */
  refreshSoon(): void {
    this.announcements.hear(this);
  }

  onModuleDestroy(): void {
    clearInterval(this.poller);
  }

  find(id: string): Tenant | undefined {
    return this.known.get(id);
  }

  list(): Tenant[] {
    return [...this.known.values()];
  }

  /** Adds a tenant unless there is one with that id. */
  async ensure(seed: TenantSeed): Promise<Tenant> {
    const tenant = this.known.get(seed.id) ?? (await registerTenant(this.store, seed, new Date(this.clock.now())));
    this.known.set(tenant.id, tenant);
    return tenant;
  }

  /** @param listener told of each tenant that is no longer active, and must keep nothing of it */
  onLeave(listener: (tenant: Tenant) => void): void {
    this.listeners.push(listener);
  }

  /** Reads the catalogue, unless it is unchanged. Afterwards everything committed before the call is known. */
  async refresh(): Promise<void> {
    await this.refreshing?.catch(() => undefined); // it may have read too early
    this.refreshing ??= this.readAnew().finally(() => (this.refreshing = undefined));
    await this.refreshing;
  }

  /** @returns whether it has changed */
  private async verify(): Promise<boolean> {
    const { version } = this;
    await this.refresh();
    return this.version !== version;
  }

  private async readAnew(): Promise<void> {
    const version = await this.store.version().catch((thrown: unknown) => {
      this.isReachable = false;
      throw thrown;
    });
    this.isReachable = true;
    if (this.version && isSame(version, this.version)) return;
    const before = this.known;
    const wereActive = this.list().filter(({ isActive }) => isActive);
    const tenants = (await this.store.list()).map((tenant) => {
      const present = before.get(tenant.id);
      return present && isSameIncarnation(present, tenant) ? Object.assign(present, tenant) : tenant;
    });
    this.known = new Map(tenants.map((tenant) => [tenant.id, tenant]));
    this.version = version;
    // Requests that still hold a tenant that is gone are refused from now on.
    for (const tenant of before.values()) if (this.known.get(tenant.id) !== tenant) tenant.status = 'retiring';
    for (const tenant of wereActive) if (!tenant.isActive) for (const listener of this.listeners) listener(tenant);
  }
}

function isSameIncarnation(one: Tenant, other: Tenant): boolean {
  const [a, b] = [one, other].map(({ createdOn, schema, databaseUrl }) =>
    [createdOn.getTime(), schema, databaseUrl?.reveal().text].join(' '),
  );
  return a === b;
}

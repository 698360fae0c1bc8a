import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { type TenantSeed } from '../config/tenant-seed.js';
import type { Version } from '../revision/revision.entity.js';
import { CatalogueStore } from './catalogue-store.js';
import type { Tenant } from './tenant.entity.js';
import { registerTenant } from './tenant-registration.js';

/** What another process did to the catalogue is known here after so long at most, announced or not. */
const POLL_MS = 400;

/**
 * Which shopping centres there are. A tenant is the same object for as long as it lives, whatever changes about it; one
 * that was retired and made anew under the same id is another, and the old one is no longer active.
 */
@Injectable()
export class Catalogue implements OnModuleDestroy {
  /** Whether the catalogue answered when it was last read. */
  isReachable = false;
  private known = new Map<string, Tenant>();
  private version: Version | undefined;
  private refreshing: Promise<void> | undefined;
  private poller: NodeJS.Timeout | undefined;
  private readonly listeners: ((tenant: Tenant) => void)[] = [];

  constructor(
    private readonly store: CatalogueStore,
    private readonly clock: Clock,
  ) {}

  /** Asks from now on whether another process changed the catalogue. */
  startPolling(): void {
    this.poller = setInterval(() => void (this.refreshing ?? this.refreshSoon()), POLL_MS).unref();
  }

  /** For announcements: does not wait, and leaves a failure to the next poll. */
  refreshSoon(): void {
    void this.refresh().catch(() => undefined);
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

  /** Adds a shopping centre unless there is one of that id. */
  async ensure(seed: TenantSeed): Promise<Tenant> {
    const tenant = this.known.get(seed.id) ?? (await registerTenant(this.store, seed, new Date(this.clock.now())));
    this.known.set(tenant.id, tenant);
    return tenant;
  }

  /** @param listener told of each tenant that is active no longer: nothing of it may be kept */
  onLeave(listener: (tenant: Tenant) => void): void {
    this.listeners.push(listener);
  }

  /** Knows afterwards what was committed before. */
  async refresh(): Promise<void> {
    await this.refreshing?.catch(() => undefined); // it may have read too early
    this.refreshing ??= this.readAnew().finally(() => (this.refreshing = undefined));
    await this.refreshing;
  }

  private async readAnew(): Promise<void> {
    const version = await this.store.version().catch((thrown: unknown) => {
      this.isReachable = false;
      throw thrown;
    });
    this.isReachable = true;
    if (version.revision === this.version?.revision && version.epoch === this.version.epoch) return;
    const before = this.known;
    const wereActive = this.list().filter(({ status }) => status === 'active');
    const tenants = (await this.store.list()).map((tenant) => {
      const present = before.get(tenant.id);
      return present && isSameLife(present, tenant) ? Object.assign(present, tenant) : tenant;
    });
    this.known = new Map(tenants.map((tenant) => [tenant.id, tenant]));
    this.version = version;
    // Whoever still works for one that is gone is refused from now on.
    for (const tenant of before.values()) if (this.known.get(tenant.id) !== tenant) tenant.status = 'retiring';
    for (const tenant of wereActive)
      if (tenant.status !== 'active') for (const listener of this.listeners) listener(tenant);
  }
}

function isSameLife(one: Tenant, other: Tenant): boolean {
  const [a, b] = [one, other].map(({ createdOn, schema, databaseUrl }) =>
    [createdOn.getTime(), schema, databaseUrl?.reveal().text].join(' '),
  );
  return a === b;
}

import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Mutex, Semaphore, withTimeout } from 'async-mutex';
import type { DataSource } from 'typeorm';
import { CONFIG, type Config } from '../config/config.js';
import { Problem, unavailable } from '../problem/problem.js';
import { TENANT_TABLES, type TenantTable } from './feature.js';
import { openDataSource } from '../database/data-source.js';
import { ENGINE, type Engine } from '../database/engine.js';
import { Migrator } from '../migration/migrator.js';
import { pendingMigrations } from '../migration/schema-migration.js';
import type { Tenant } from '../catalogue/tenant.entity.js';

/** Who works on a tenant's rows takes one of these places; who must be alone takes them all. */
export const PLACES = 1_000;

/** For the tenant's other writers to be done. */
const QUEUE_TIMEOUT_MS = 15_000;
export const QUEUE_TOO_LONG = new Error('Other writers of this tenant took too long');

/** A tenant that could not be opened is tried again after so long: soon after it is mended, not at every request. */
const REOPEN_MS = 1_000;

const FAILING_MS = 60_000;

const IDLE_MS = 10 * 60_000;
const SWEEP_MS = 60_000;

export interface OpenTenant {
  opening: Promise<DataSource>;
  /** Fair: who waits for all the places is not overtaken by later ones. */
  places: Semaphore;
  /** Writers wait here, first come first served; otherwise each would hold a connection while it waits for one row. */
  writers: Mutex;
  users: number;
  usedAtMs: number;
}

/** A DataSource for each tenant in use: made on first use, closed when idle. */
@Injectable()
export class TenantConnections implements OnModuleDestroy {
  /** Least recently used first. */
  private readonly open = new Map<string, OpenTenant>();
  private readonly closing = new Map<string, Promise<void>>();
  /** When a tenant could last not be opened; no longer here once it could. */
  private readonly failedAtMs = new Map<string, number>();
  private readonly sweeper = setInterval(() => void this.closeIdle(), SWEEP_MS).unref();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(TENANT_TABLES) private readonly tables: TenantTable[],
    private readonly migrator: Migrator,
  ) {}

  /**
   * It stays open until `leave`. Its `opening` rejects with Problem 503 when the schema is behind or out of reach.
   * @throws Problem 403 when the tenant is active no longer
   */
  enter(tenant: Tenant): OpenTenant {
    requireActive(tenant);
    const entry = this.open.get(tenant.id) ?? this.begin(tenant);
    entry.users++;
    this.open.delete(tenant.id);
    this.open.set(tenant.id, entry);
    if (this.open.size > this.engine.maxOpenTenants) void this.closeLeastRecentlyUsed();
    return entry;
  }

  leave(entry: OpenTenant): void {
    entry.users--;
    entry.usedAtMs = Date.now();
  }

  /** How many tenants could not be opened within the last minute, nor since. */
  get failing(): number {
    const sinceMs = Date.now() - FAILING_MS;
    return [...this.failedAtMs.values()].filter((atMs) => atMs > sinceMs).length;
  }

  isOpen({ id }: Tenant): boolean {
    return this.open.has(id);
  }

  /** Resolves when nobody works in the tenant's schema any more; who wants to begin opens it anew. */
  async close(id: string): Promise<void> {
    const entry = this.open.get(id);
    if (!entry) return this.closing.get(id);
    this.open.delete(id);
    const closed = this.closeEntry(entry).finally(() => this.closing.delete(id));
    this.closing.set(id, closed);
    return closed;
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.sweeper);
    await Promise.all([...this.open.keys()].map((id) => this.close(id)));
  }

  private begin(tenant: Tenant): OpenTenant {
    const entry = {
      opening: this.connect(tenant),
      places: new Semaphore(PLACES),
      writers: withTimeout(new Mutex(), QUEUE_TIMEOUT_MS, QUEUE_TOO_LONG) as Mutex,
      users: 0,
      usedAtMs: 0,
    };
    const forget = () => void (this.open.get(tenant.id) === entry && this.open.delete(tenant.id));
    entry.opening.catch(() => setTimeout(forget, REOPEN_MS).unref());
    return entry;
  }

  private async connect(tenant: Tenant): Promise<DataSource> {
    let dataSource: DataSource | undefined;
    try {
      dataSource = await openDataSource(
        this.engine.tenantOptions(
          tenant,
          this.tables.map(({ entity }) => entity),
        ),
      );
      const behind = (await pendingMigrations(dataSource, this.engine)).length > 0;
      if (behind && !this.config.migrateAtStart) throw new Error(`The schema of ${tenant.id} is behind`);
      if (behind) await this.migrator.migrate(tenant);
      this.failedAtMs.delete(tenant.id);
      return dataSource;
    } catch (thrown) {
      this.failedAtMs.set(tenant.id, Date.now());
      await dataSource?.destroy();
      throw unavailable('tenant-unavailable', `The rows of "${tenant.id}" cannot be reached just now.`, 5, thrown);
    }
  }

  private async closeLeastRecentlyUsed(): Promise<void> {
    for (const [id, { users }] of this.open) if (users === 0) return this.close(id);
  }

  private async closeIdle(): Promise<void> {
    const before = Date.now() - IDLE_MS;
    for (const [id, { users, usedAtMs }] of this.open) if (users === 0 && usedAtMs < before) await this.close(id);
  }

  private async closeEntry({ opening, places }: OpenTenant): Promise<void> {
    const dataSource = await opening.catch(() => undefined);
    await places.runExclusive(() => dataSource?.destroy(), PLACES);
  }
}

/** @throws Problem 403 for one that was suspended or retired, perhaps while the caller was on its way */
export function requireActive({ id, status }: Tenant): void {
  if (status !== 'active') throw new Problem(403, 'tenant-suspended', `"${id}" is ${status}.`);
}

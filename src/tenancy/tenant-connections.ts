import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Mutex, Semaphore, withTimeout } from 'async-mutex';
import type { DataSource } from 'typeorm';
import { CONFIG, type Config } from '../config/config.js';
import {
  TENANT_FAILING_MS,
  TENANT_IDLE_MS,
  TENANT_REOPEN_PAUSE_MS,
  TENANT_SWEEP_MS,
  WRITERS_QUEUE_TIMEOUT_MS,
} from '../config/time-limits.js';
import { Problem, unavailable } from '../problem/problem.js';
import { TENANT_TABLES, type TenantTable } from './feature.js';
import { openDataSource } from '../database/data-source.js';
import { ENGINE, type Engine } from '../database/engine.js';
import { Migrator } from '../migration/migrator.js';
import { pendingMigrations } from '../migration/schema-migration.js';
import type { Tenant } from '../catalogue/tenant.entity.js';

/** Readers-writer lock as a semaphore: one permit to share a tenant's rows, all of them to exclude others. */
export const PERMITS = 1_000;

export const QUEUE_TOO_LONG = new Error('Other writers of this tenant took too long');

export interface OpenTenant {
  opening: Promise<DataSource>;
  /** Fair: later requests do not overtake one that waits for all permits. */
  permits: Semaphore;
  /** Writers queue here. Otherwise each would hold a connection while it waits for the same row. */
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
  /** By tenant id, the time of the last failure to open it. An entry goes when it could be opened. */
  private readonly failedAtMs = new Map<string, number>();
  private readonly sweeper = setInterval(() => void this.closeIdle(), TENANT_SWEEP_MS).unref();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(TENANT_TABLES) private readonly tables: TenantTable[],
    private readonly migrator: Migrator,
  ) {}

  /**
   * Opens the tenant unless it is open, and keeps it open until `leave`. `opening` rejects with Problem 503 when the
   * schema is behind or out of reach.
   * @throws Problem 403 unless the tenant is active
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

  /** Number of tenants that could not be opened within the last minute, nor since. */
  get failing(): number {
    const sinceMs = Date.now() - TENANT_FAILING_MS;
    return [...this.failedAtMs.values()].filter((atMs) => atMs > sinceMs).length;
  }

  isOpen({ id }: Tenant): boolean {
    return this.open.has(id);
  }

  /** Resolves when nobody works in the tenant's schema any more. Work that begins later opens it anew. */
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
      permits: new Semaphore(PERMITS),
      writers: withTimeout(new Mutex(), WRITERS_QUEUE_TIMEOUT_MS, QUEUE_TOO_LONG) as Mutex,
      users: 0,
      usedAtMs: 0,
    };
    const forget = () => void (this.open.get(tenant.id) === entry && this.open.delete(tenant.id));
    entry.opening.catch(() => setTimeout(forget, TENANT_REOPEN_PAUSE_MS).unref());
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
      const detail = `The rows of "${tenant.id}" cannot be reached just now.`;
      throw unavailable('tenant-unavailable', detail, thrown);
    }
  }

  private async closeLeastRecentlyUsed(): Promise<void> {
    for (const [id, { users }] of this.open) if (users === 0) return this.close(id);
  }

  private async closeIdle(): Promise<void> {
    const before = Date.now() - TENANT_IDLE_MS;
    for (const [id, { users, usedAtMs }] of this.open) if (users === 0 && usedAtMs < before) await this.close(id);
  }

  private async closeEntry({ opening, permits }: OpenTenant): Promise<void> {
    const dataSource = await opening.catch(() => undefined);
    await permits.runExclusive(() => dataSource?.destroy(), PERMITS);
  }
}

/** @throws Problem 403 for a suspended or retired tenant. Ask again after a wait: it may have left meanwhile */
export function requireActive({ id, status, isActive }: Tenant): void {
  if (!isActive)
    throw new Problem(
      403,
      'tenant-suspended',
      `The shopping centre "${id}" is ${status}: nothing of it is shown or changed.`,
    );
}

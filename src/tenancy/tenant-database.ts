import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Semaphore } from 'async-mutex';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../config.js';
import { unavailable } from '../problem/problem.js';
import { isUnavailable, tenantOptions } from './sqlite.js';
import { currentTenant } from './tenant.context.js';
import type { Tenant } from './tenant.entity.js';

/** Injection token of the entity classes that live in a tenant's schema. */
export const TENANT_ENTITIES = Symbol('tenant entities');

const MAX_OPEN = 100;
const IDLE_MS = 10 * 60_000;
const SWEEP_MS = 60_000;

/** A write waits for every reader to leave and keeps others out: it takes all the places a reader takes one of. */
const READERS = 1_000;

interface OpenTenant {
  dataSource: Promise<DataSource>;
  /** Fair: a waiting writer is not overtaken by later readers. */
  places: Semaphore;
  users: number;
  usedAtMs: number;
}

/**
 * The rows of the tenant on whose behalf the work is done, and of no other. Features reach a database only through
 * `read` and `write`, and inside them use the manager they are given.
 */
@Injectable()
export class TenantDatabase implements OnModuleDestroy {
  /** Least recently used first. */
  private readonly open = new Map<string, OpenTenant>();
  private readonly working = new AsyncLocalStorage<true>();
  private readonly sweeper = setInterval(() => void this.closeIdle(), SWEEP_MS).unref();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(TENANT_ENTITIES) private readonly entities: Function[],
  ) {}

  /** Work that only reads: sees committed rows. @throws Problem 503 when the database cannot be reached */
  read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.use(1, ({ manager }) => work(manager));
  }

  /** One transaction, the tenant's only one while it runs: committed when `work` resolves, rolled back when it rejects. */
  write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.use(READERS, (dataSource) => dataSource.transaction(work));
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.sweeper);
    await Promise.all([...this.open.keys()].map((id) => this.close(id)));
  }

  private async use<T>(places: number, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
    // A read inside a write would wait for the write to end, and the write for the read.
    if (this.working.getStore()) throw new Error('read and write do not nest: use the manager you were given');
    const entry = this.enter(currentTenant());
    try {
      const dataSource = await entry.dataSource;
      return await entry.places.runExclusive(() => this.working.run(true, () => work(dataSource)), places);
    } catch (thrown) {
      if (!isUnavailable(thrown)) throw thrown;
      throw unavailable('database-unavailable', 'The database does not answer just now.', 5, thrown);
    } finally {
      entry.users--;
      entry.usedAtMs = Date.now();
    }
  }

  private enter(tenant: Tenant): OpenTenant {
    const entry = this.open.get(tenant.id) ?? {
      dataSource: this.connect(tenant),
      places: new Semaphore(READERS),
      users: 0,
      usedAtMs: 0,
    };
    entry.users++;
    this.open.delete(tenant.id);
    this.open.set(tenant.id, entry);
    if (this.open.size > MAX_OPEN) void this.closeLeastRecentlyUsed();
    return entry;
  }

  private async connect(tenant: Tenant): Promise<DataSource> {
    try {
      const dataSource = await new DataSource(
        tenantOptions(this.config.databaseFolder, tenant, this.entities),
      ).initialize();
      if (this.config.migrateAtStart) await dataSource.runMigrations({ transaction: 'all' });
      else if (await dataSource.showMigrations()) throw new Error(`The schema of ${tenant.id} is behind`);
      return dataSource;
    } catch (thrown) {
      this.open.delete(tenant.id); // the next caller tries again
      throw unavailable('tenant-unavailable', `The rows of "${tenant.id}" cannot be reached just now.`, 30, thrown);
    }
  }

  private async closeLeastRecentlyUsed(): Promise<void> {
    for (const [id, { users }] of this.open) if (users === 0) return this.close(id);
  }

  private async closeIdle(): Promise<void> {
    const before = Date.now() - IDLE_MS;
    for (const [id, { users, usedAtMs }] of this.open) if (users === 0 && usedAtMs < before) await this.close(id);
  }

  private async close(id: string): Promise<void> {
    const entry = this.open.get(id);
    this.open.delete(id);
    const dataSource = await entry?.dataSource.catch(() => undefined);
    await entry?.places.runExclusive(() => dataSource?.destroy(), READERS);
  }
}

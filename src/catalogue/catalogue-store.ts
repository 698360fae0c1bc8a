import { Mutex } from 'async-mutex';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { away } from '../problem/problem.js';
import { entityTag } from '../revision/entity-tag.js';
import { readVersion, Revision, takeRevision, type Version } from '../revision/revision.entity.js';
import type { Engine } from '../database/engine.js';
import { Migrated } from './migrated.entity.js';
import { RolloutResult } from './rollout-result.entity.js';
import { TenantChange } from './tenant-change.entity.js';
import { Tenant } from './tenant.entity.js';
import { WorkLease } from './work-lease.entity.js';
import { inTransaction } from '../database/transaction.js';

/** Entities of the catalogue's schema. */
export const CATALOGUE_ENTITIES = [Tenant, Migrated, TenantChange, Revision, RolloutResult, WorkLease];

/** Entity tag of a tenant. @param epoch of the catalogue */
export function tagOf(tenant: Tenant, epoch: string): string {
  return entityTag(JSON.stringify(tenant), epoch);
}

/** A write of the catalogue, while it is in flight. */
export interface CatalogueWrite {
  manager: EntityManager;
  version: Version;
  at: Date;
}

type Step<T> = Omit<TenantChange, 'revision' | 'at' | 'actor'> & { result: T };

/**
 * The rows of the catalogue, written as a tenant's rows are: every write takes the catalogue's next revision and appends
 * a change. So one number tells a pod whether what it knows is current.
 */
export class CatalogueStore {
  /** On SQLite all share one connection: without the lock, reads would see what a write has not committed. */
  private readonly lock: Mutex | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly engine: Engine,
  ) {
    this.lock = engine.readsDuringWrites ? undefined : new Mutex();
  }

  version(): Promise<Version> {
    return this.use(readVersion);
  }

  find(id: string): Promise<Tenant | null> {
    return this.use((manager) => manager.findOneBy(Tenant, { id }));
  }

  /** Finds a tenant within the transaction of a runner that reaches the catalogue's database. */
  findBy(runner: QueryRunner, id: string): Promise<Tenant | null> {
    return this.dataSource.createEntityManager(runner).findOneBy(Tenant, { id });
  }

  /** All tenants, ordered by id. */
  list(): Promise<Tenant[]> {
    return this.use((manager) => manager.find(Tenant, { order: { id: 'ASC' } }));
  }

  /** The last step in the lifecycle of any tenant, present or retired, with that id. */
  lastChange(tenantId: string): Promise<TenantChange | null> {
    return this.use((manager) => manager.findOne(TenantChange, { where: { tenantId }, order: { revision: 'DESC' } }));
  }

  /** Steps in the lifecycle of all tenants or of one, present or retired, oldest first: at most `limit`, the latest. */
  async changes(tenantId: string | undefined, limit: number): Promise<TenantChange[]> {
    const where = tenantId === undefined ? {} : { tenantId };
    const order = { revision: 'DESC' } as const;
    const latest = await this.use((manager) => manager.find(TenantChange, { where, order, take: limit }));
    return latest.toReversed();
  }

  /** File and contents of the last export of any tenant, present or retired, with that id. */
  async lastExport(tenantId: string): Promise<object | undefined> {
    const order = { revision: 'DESC' } as const;
    const made = await this.use((manager) =>
      manager.findOne(TenantChange, { where: { tenantId, action: 'export' }, order }),
    );
    return made?.after ?? undefined;
  }

  /** Work on the catalogue's rows, outside a transaction. */
  use<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.locked(() => work(this.dataSource.manager));
  }

  /** One transaction on rows that say nothing of a tenant itself: it takes no revision, and may be repeated. */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.locked(() => inTransaction(this.dataSource, this.engine, work));
  }

  /** One transaction: committed with its change when `work` resolves, rolled back when it rejects; it may be repeated. */
  write<T>(actor: string, at: Date, work: (write: CatalogueWrite) => Promise<Step<T>>): Promise<T> {
    return this.locked(() =>
      inTransaction(this.dataSource, this.engine, async (manager) => {
        const version = await takeRevision(manager);
        const { result, ...change } = await work({ manager, version, at });
        await manager.insert(TenantChange, { revision: version.revision, at, actor, ...change });
        return result;
      }),
    );
  }

  /** @throws Problem 503 when the database cannot be reached */
  private async locked<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await (this.lock ? this.lock.runExclusive(work) : work());
    } catch (thrown) {
      if (!this.engine.isUnavailable(thrown)) throw thrown;
      throw away(thrown);
    }
  }
}

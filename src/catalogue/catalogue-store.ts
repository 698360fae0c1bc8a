import { Mutex } from 'async-mutex';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { away } from '../problem/problem.js';
import { rowTag } from '../revision/entity-tag.js';
import { readVersion, Revision, type Version } from '../revision/revision.entity.js';
import type { Engine } from '../database/engine.js';
import { Migrated } from './migrated.entity.js';
import { TenantChange } from './tenant-change.entity.js';
import { Tenant } from './tenant.entity.js';
import { inTransaction } from '../database/transaction.js';

/** What lies in the schema of the catalogue. */
export const CATALOGUE_ENTITIES = [Tenant, Migrated, TenantChange, Revision];

/** Entity tag of a tenant in the catalogue of that epoch. */
export function tagOf({ revision }: Tenant, epoch: string): string {
  return rowTag({ epoch, revision: 0 }, { revision: revision ?? 0 });
}

/** A write of the catalogue under way. */
export interface CatalogueWrite {
  manager: EntityManager;
  version: Version;
  at: Date;
}

type Step<T> = Omit<TenantChange, 'revision' | 'at' | 'actor'> & { result: T };

/**
 * The rows of the catalogue, written as a tenant's rows are: every write takes the catalogue's next revision, which its
 * row lock puts in order, and leaves a change. So one number tells every pod whether its knowledge is current.
 */
export class CatalogueStore {
  /** Where all share one connection, nobody reads what another has not committed. */
  private readonly turn: Mutex | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly engine: Engine,
  ) {
    this.turn = engine.readsDuringWrites ? undefined : new Mutex();
  }

  version(): Promise<Version> {
    return this.use(readVersion);
  }

  find(id: string): Promise<Tenant | null> {
    return this.use((manager) => manager.findOneBy(Tenant, { id }));
  }

  /** By a runner that reaches the catalogue's database, within its transaction. */
  findBy(runner: QueryRunner, id: string): Promise<Tenant | null> {
    return this.dataSource.createEntityManager(runner).findOneBy(Tenant, { id });
  }

  /** By id. */
  list(): Promise<Tenant[]> {
    return this.use((manager) => manager.find(Tenant, { order: { id: 'ASC' } }));
  }

  /** The last step in the life of any tenant of that id. */
  lastChange(tenantId: string): Promise<TenantChange | null> {
    return this.use((manager) => manager.findOne(TenantChange, { where: { tenantId }, order: { revision: 'DESC' } }));
  }

  /** Where the last export of any tenant of that id is kept, and what it holds. */
  async lastExport(tenantId: string): Promise<object | undefined> {
    const order = { revision: 'DESC' } as const;
    const made = await this.use((manager) =>
      manager.findOne(TenantChange, { where: { tenantId, action: 'export' }, order }),
    );
    return made?.after ?? undefined;
  }

  /** Work on the catalogue's rows, outside a transaction. */
  use<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.inTurn(() => work(this.dataSource.manager));
  }

  /** One transaction: committed with its change when `work` resolves, undone when it rejects; it may be begun again. */
  write<T>(actor: string, at: Date, work: (write: CatalogueWrite) => Promise<Step<T>>): Promise<T> {
    return this.inTurn(() =>
      inTransaction(this.dataSource, this.engine, async (manager) => {
        await manager.increment(Revision, { id: 1 }, 'value', 1);
        const version = await readVersion(manager);
        const { result, ...change } = await work({ manager, version, at });
        await manager.insert(TenantChange, { revision: version.revision, at, actor, ...change });
        return result;
      }),
    );
  }

  /** @throws Problem 503 when the database cannot be reached */
  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await (this.turn ? this.turn.runExclusive(work) : work());
    } catch (thrown) {
      if (!this.engine.isUnavailable(thrown)) throw thrown;
      throw away(thrown);
    }
  }
}

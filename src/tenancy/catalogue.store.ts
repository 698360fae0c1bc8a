import { Mutex } from 'async-mutex';
import type { DataSource, EntityManager } from 'typeorm';
import { unavailable } from '../problem/problem.js';
import { rowTag } from '../revision/entity-tag.js';
import { readVersion, Revision, type Version } from '../revision/revision.entity.js';
import type { Engine } from './engine.js';
import { Migrated } from './migrated.entity.js';
import { migrateSchema, pendingMigrations } from './schema.migration.js';
import { TenantChange } from './tenant-change.entity.js';
import { Tenant } from './tenant.entity.js';

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
  /** On SQLite all share one connection: nobody reads what another has not committed. */
  private readonly turn = new Mutex();

  constructor(
    private readonly dataSource: DataSource,
    private readonly engine: Engine,
  ) {}

  /** @throws Error in words when the catalogue is behind and may not be migrated here */
  async prepare(mayMigrate: boolean): Promise<void> {
    if (mayMigrate) await migrateSchema(this.dataSource, this.engine);
    else if ((await pendingMigrations(this.dataSource)).length > 0)
      throw new Error('the catalogue is behind. Run "atrium migrate" first, or set DATABASE_MIGRATE=true.');
  }

  version(): Promise<Version> {
    return this.read(readVersion);
  }

  find(id: string): Promise<Tenant | null> {
    return this.read((manager) => manager.findOneBy(Tenant, { id }));
  }

  /** By id. */
  list(): Promise<Tenant[]> {
    return this.read((manager) => manager.find(Tenant, { order: { id: 'ASC' } }));
  }

  /** The last step in the life of any tenant of that id. */
  lastChange(tenantId: string): Promise<TenantChange | null> {
    return this.read((manager) => manager.findOne(TenantChange, { where: { tenantId }, order: { revision: 'DESC' } }));
  }

  /** Where the last export of any tenant of that id is kept, and what it holds. */
  async lastExport(tenantId: string): Promise<object | undefined> {
    const order = { revision: 'DESC' } as const;
    const made = await this.read((manager) =>
      manager.findOne(TenantChange, { where: { tenantId, action: 'export' }, order }),
    );
    return made?.after ?? undefined;
  }

  read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.inTurn(() => work(this.dataSource.manager));
  }

  /** One transaction: committed with its change when `work` resolves, undone when it rejects. */
  write<T>(actor: string, at: Date, work: (write: CatalogueWrite) => Promise<Step<T>>): Promise<T> {
    return this.inTurn(() =>
      this.dataSource.transaction(async (manager) => {
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
      return await this.turn.runExclusive(work);
    } catch (thrown) {
      if (!this.engine.isUnavailable(thrown)) throw thrown;
      throw unavailable('database-unavailable', 'The database does not answer just now.', 5, thrown);
    }
  }
}

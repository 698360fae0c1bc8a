import type { QueryRunner } from 'typeorm';
import { tenantMigrations } from '../../migrations/index.js';
import type { CatalogueStore } from '../catalogue/catalogue-store.js';
import { withDataSource } from '../database/data-source.js';
import type { Engine } from '../database/engine.js';
import { Migrated } from '../catalogue/migrated.entity.js';
import { migrateSchema } from './schema-migration.js';
import { Tenant } from '../catalogue/tenant.entity.js';

/** A tenant's schema compared with the migrations of this build. */
export interface MigrationStatus {
  tenant: Tenant;
  /** Names of the migrations it lacks, oldest first. */
  pending: string[];
  /** Why its schema cannot be read. */
  failure?: string;
  /** Its schema and the catalogue's ledger differ, as after a restore. */
  drifted: boolean;
}

/** The result of migrating a tenant. */
export interface MigrationResult {
  tenant: Tenant;
  applied: string[];
  failure?: string;
}

/** Numbers of tenants that are answered 503. */
export interface UnservedCounts {
  /** The schema awaits a migration. */
  behind: number;
  /** The last attempt to migrate failed. */
  quarantined: number;
}

/** Thrown when the tenant was retired or moved meanwhile. */
class Gone extends Error {}

const NAMES = tenantMigrations.map(({ name }) => name);
const FAILURE_LENGTH = 2_000;

/** Brings the schemas of tenants up to date, each by itself, and records in the catalogue how far each has come. */
export class Migrator {
  constructor(
    private readonly engine: Engine,
    private readonly catalogue: CatalogueStore,
  ) {}

  /** Compares each schema's own table of migrations with this build and with the catalogue's ledger. Changes nothing. */
  async inspect(tenants: Tenant[]): Promise<MigrationStatus[]> {
    // A retiring tenant's schema may be gone, and must not be made again.
    const lasting = tenants.filter(({ status }) => status !== 'retiring');
    const [applied, ledger] = await Promise.all([this.engine.appliedMigrations(lasting), this.ledger()]);
    return lasting.map((tenant) => {
      const names = applied.get(tenant.id) ?? [];
      if (names instanceof Error) return { tenant, pending: [], failure: names.message, drifted: false };
      const pending = NAMES.filter((name) => !names.includes(name));
      const entry = ledger.get(tenant.id);
      return {
        tenant,
        pending,
        drifted: (entry?.version ?? null) !== newest(names) || (entry?.failure ?? null) !== null,
      };
    });
  }

  /** Counts the tenants that are not known to be up to date, in one query. */
  async countUnserved(): Promise<UnservedCounts> {
    const rows = await this.catalogue.use((manager) =>
      manager
        .createQueryBuilder(Tenant, 'tenant')
        .select('migrated.failure', 'failure')
        .leftJoin(Migrated, 'migrated', 'migrated.tenantId = tenant.id')
        .where('migrated.version IS NULL OR migrated.version < :newest OR migrated.failure IS NOT NULL', {
          newest: newest(NAMES),
        })
        .getRawMany<{ failure: string | null }>(),
    );
    const quarantined = rows.filter(({ failure }) => failure !== null).length;
    return { behind: rows.length - quarantined, quarantined };
  }

  /**
   * Migrates all tenants that are behind. One that fails does not stop the others.
   * @param concurrency tenants at a time
   * @param onResult told of each tenant as it is done
   */
  async migrateAll(
    tenants: Tenant[],
    concurrency: number,
    onResult?: (result: MigrationResult) => void,
  ): Promise<MigrationResult[]> {
    const results: MigrationResult[] = [];
    const queue = (await this.inspect(tenants)).values();
    const work = async () => {
      for (const status of queue) {
        const result = await this.migrateIfBehind(status);
        results.push(result);
        onResult?.(result);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    return results;
  }

  /**
   * Makes the schema of a tenant that is not in the catalogue yet.
   * @returns the ledger's row, to be stored with the tenant
   */
  async make(tenant: Tenant): Promise<Migrated> {
    await this.apply(tenant);
    return { tenantId: tenant.id, version: newest(NAMES), at: new Date(), failure: null };
  }

  /**
   * @returns the names of the migrations applied; none when the tenant was retired or moved meanwhile
   * @throws the failure, after it is recorded in the ledger
   */
  async migrate(tenant: Tenant): Promise<string[]> {
    try {
      await this.requirePresent(tenant); // before the schema is opened, which on SQLite makes a file
      const applied = await this.apply(tenant, (runner) => this.requirePresent(tenant, runner));
      await this.record(tenant, { version: newest(NAMES), failure: null });
      return applied;
    } catch (thrown) {
      if (thrown instanceof Gone) return [];
      await this.record(tenant, { failure: reason(thrown).slice(0, FAILURE_LENGTH) }).catch(() => undefined);
      throw thrown;
    }
  }

  private apply(tenant: Tenant, check?: (runner: QueryRunner) => Promise<void>): Promise<string[]> {
    return withDataSource(this.engine.maintenanceOptions(tenant, []), (dataSource) =>
      migrateSchema(dataSource, this.engine, check),
    );
  }

  /**
   * Keeps a migration from making the schema of a tenant that was retired while others were migrated. It uses the
   * runner's connection where that reaches the catalogue: the pool may have no second one.
   * @throws Gone
   */
  private async requirePresent(tenant: Tenant, runner?: QueryRunner): Promise<void> {
    const reaches = runner && this.engine.isBesideCatalogue(tenant);
    const present = await (reaches ? this.catalogue.findBy(runner, tenant.id) : this.catalogue.find(tenant.id));
    const isThere = present?.databaseUrl?.reveal().identity === tenant.databaseUrl?.reveal().identity;
    if (!present || present.status === 'retiring' || !isThere) throw new Gone();
  }

  private async migrateIfBehind({ tenant, pending, failure, drifted }: MigrationStatus): Promise<MigrationResult> {
    if (pending.length === 0 && !failure && !drifted) return { tenant, applied: [] };
    try {
      return { tenant, applied: await this.migrate(tenant) };
    } catch (thrown) {
      return { tenant, applied: [], failure: reason(thrown) };
    }
  }

  private async ledger(): Promise<Map<string, Migrated>> {
    const entries = await this.catalogue.use((manager) => manager.find(Migrated));
    return new Map(entries.map((entry) => [entry.tenantId, entry]));
  }

  // Another migrator may write the same row at the same time. Either's entry is right.
  private async record({ id: tenantId }: Tenant, entry: Partial<Migrated>): Promise<void> {
    const at = new Date();
    await this.catalogue.use(async (manager) => {
      const { affected } = await manager.update(Migrated, { tenantId }, { ...entry, at });
      if (affected) return;
      const row = { tenantId, version: null, failure: null, ...entry, at };
      await manager.insert(Migrated, row).catch(() => manager.update(Migrated, { tenantId }, { ...entry, at }));
    });
  }
}

/** The time stamp in the name of the newest migration. */
function newest(names: string[]): string | null {
  return (
    names
      .map((name) => name.slice(-13))
      .toSorted()
      .at(-1) ?? null
  );
}

function reason(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

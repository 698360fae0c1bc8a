import type { QueryRunner } from 'typeorm';
import { tenantMigrations } from '../../migrations/index.js';
import type { CatalogueStore } from '../catalogue/catalogue-store.js';
import { withDataSource } from '../database/data-source.js';
import type { Engine } from '../database/engine.js';
import { Migrated } from '../catalogue/migrated.entity.js';
import { migrateSchema } from './schema-migration.js';
import { Tenant } from '../catalogue/tenant.entity.js';

/** How a tenant's schema stands to the migrations of this build. */
export interface Standing {
  tenant: Tenant;
  /** Names of the migrations it lacks, oldest first. */
  pending: string[];
  /** Why its schema cannot be asked. */
  failure?: string;
  /** Its schema is further than the catalogue's ledger says, or not as far: it was restored, say. */
  drifted: boolean;
}

/** What became of a tenant. */
export interface Outcome {
  tenant: Tenant;
  applied: string[];
  failure?: string;
}

/** Tenants that are answered 503. */
export interface Ailing {
  /** Their schema awaits a migration. */
  behind: number;
  /** The last attempt to migrate them failed. */
  quarantined: number;
}

/** The tenant was retired, or lies elsewhere by now. */
class Gone extends Error {}

const NAMES = tenantMigrations.map(({ name }) => name);
const FAILURE_LENGTH = 2_000;

/** Brings the schemas of tenants up to date, each by itself, and writes into the catalogue how far each has come. */
export class Migrator {
  constructor(
    private readonly engine: Engine,
    private readonly catalogue: CatalogueStore,
  ) {}

  /** How each stands by its schema's own history, compared with the catalogue's ledger. Changes nothing. */
  async inspect(tenants: Tenant[]): Promise<Standing[]> {
    const lasting = tenants.filter(({ status }) => status !== 'retiring'); // what is on its way out is not brought back
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

  /** How many tenants are not known to be up to date: one query, whatever their number. */
  async ailing(): Promise<Ailing> {
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
   * Goes through all that lack something, so many at a time, and past those that fail.
   * @param onOutcome told of each as it is done
   */
  async migrateAll(tenants: Tenant[], concurrency: number, onOutcome?: (outcome: Outcome) => void): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    const queue = (await this.inspect(tenants)).values();
    const work = async () => {
      for (const standing of queue) {
        const outcome = await this.attempt(standing);
        outcomes.push(outcome);
        onOutcome?.(outcome);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    return outcomes;
  }

  /**
   * Makes the schema of a tenant that is not in the catalogue yet.
   * @returns the ledger's row, for whoever enters the tenant
   */
  async make(tenant: Tenant): Promise<Migrated> {
    await this.apply(tenant);
    return { tenantId: tenant.id, version: newest(NAMES), at: new Date(), failure: null };
  }

  /**
   * @returns the names of the migrations applied; none to a tenant that was retired or moved meanwhile
   * @throws what stood in the way, after it is written into the ledger
   */
  async migrate(tenant: Tenant): Promise<string[]> {
    try {
      await this.requirePresent(tenant); // opening alone makes a file of the embedded database
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
    return withDataSource(this.engine.patientOptions(tenant, []), (dataSource) =>
      migrateSchema(dataSource, this.engine, check),
    );
  }

  /**
   * A tenant may have left while others were migrated: its schema is not made anew. Where `runner` reaches the catalogue
   * it is asked, since a second connection could be the one that the pool lacks.
   * @throws Gone
   */
  private async requirePresent(tenant: Tenant, runner?: QueryRunner): Promise<void> {
    const reaches = runner && this.engine.isBesideCatalogue(tenant);
    const present = await (reaches ? this.catalogue.findBy(runner, tenant.id) : this.catalogue.find(tenant.id));
    const isThere = present?.databaseUrl?.reveal().identity === tenant.databaseUrl?.reveal().identity;
    if (!present || present.status === 'retiring' || !isThere) throw new Gone();
  }

  private async attempt({ tenant, pending, failure, drifted }: Standing): Promise<Outcome> {
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

  // Another migrator may write the same row at the same time: what it writes is as true.
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

/** The time stamp that ends a migration's name, of the newest. */
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

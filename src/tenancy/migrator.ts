import { DataSource } from 'typeorm';
import { tenantMigrations } from '../../migrations/index.js';
import type { Engine } from './engine.js';
import { Migrated } from './migrated.entity.js';
import { migrateSchema } from './schema.migration.js';
import { Tenant } from './tenant.entity.js';

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

const NAMES = tenantMigrations.map(({ name }) => name);
const FAILURE_LENGTH = 2_000;

/** Brings the schemas of tenants up to date, each by itself, and writes into the catalogue how far each has come. */
export class Migrator {
  constructor(
    private readonly engine: Engine,
    private readonly catalogue: DataSource,
  ) {}

  /** How each stands by its schema's own history, compared with the catalogue's ledger. Changes nothing. */
  async inspect(tenants: Tenant[]): Promise<Standing[]> {
    const [applied, ledger] = await Promise.all([this.engine.appliedMigrations(tenants), this.ledger()]);
    return tenants.map((tenant) => {
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
    const rows = await this.catalogue
      .createQueryBuilder(Tenant, 'tenant')
      .select('migrated.failure', 'failure')
      .leftJoin(Migrated, 'migrated', 'migrated.tenantId = tenant.id')
      .where('migrated.version IS NULL OR migrated.version < :newest OR migrated.failure IS NOT NULL', {
        newest: newest(NAMES),
      })
      .getRawMany<{ failure: string | null }>();
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

  /** @throws what stood in the way, after it is written into the ledger */
  async migrate(tenant: Tenant): Promise<string[]> {
    try {
      const applied = await this.migrateAlone(tenant);
      await this.record(tenant, { version: newest(NAMES), failure: null });
      return applied;
    } catch (thrown) {
      await this.record(tenant, { failure: reason(thrown).slice(0, FAILURE_LENGTH) }).catch(() => undefined);
      throw thrown;
    }
  }

  private async migrateAlone(tenant: Tenant): Promise<string[]> {
    const dataSource = await new DataSource(this.engine.migrationOptions(tenant)).initialize();
    try {
      return await migrateSchema(dataSource, this.engine);
    } finally {
      await dataSource.destroy();
    }
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
    const entries = await this.catalogue.manager.find(Migrated);
    return new Map(entries.map((entry) => [entry.tenantId, entry]));
  }

  // Another migrator may write the same row at the same time: what it writes is as true.
  private async record({ id: tenantId }: Tenant, entry: Partial<Migrated>): Promise<void> {
    const { manager } = this.catalogue;
    const at = new Date();
    const { affected } = await manager.update(Migrated, { tenantId }, { ...entry, at });
    if (affected) return;
    const row = { tenantId, version: null, failure: null, ...entry, at };
    await manager.insert(Migrated, row).catch(() => manager.update(Migrated, { tenantId }, { ...entry, at }));
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

import type { DataSource, DataSourceOptions, EntityManager, QueryRunner } from 'typeorm';
import { platformMigrations, tenantMigrations } from '../../../migrations/index.js';
import type { SqlServerUrl } from '../../config/sql-server-url.js';
import { MIGRATION_LOCK_TIMEOUT_MS, TENANT_LOCK_TIMEOUT_MS } from '../../config/time-limits.js';
import { Revision, type Version } from '../../revision/revision.entity.js';
import { withDataSource } from '../data-source.js';
import { Busy, type Engine, MIGRATIONS_TABLE, type PoolUse, type TenantSchema } from '../engine.js';
import { QuietLogger } from '../quiet-logger.js';
import { faultOf } from './errors.js';
import type { Terms } from './lease.js';
import { readLedgers, selectLedger } from './ledger.js';
import { readRevisions } from './revisions.js';
import { SharedPool } from './shared-pool.js';
import { dropSchema, selectObjects, selectTables, takeLock } from './schema.js';

/** Name of the catalogue's schema. */
const PLATFORM = 'platform';

/** One schema for the catalogue and one for each tenant; one pool of connections per database and login. */
export class SqlServerEngine implements Engine {
  readonly maxOpenTenants = 2_000;
  readonly readsDuringWrites = true;
  readonly takesDatabaseUrls = true;
  readonly hasBegun = true;
  private readonly pools = new Map<string, SharedPool>();

  /** @param poolMax connections at most to each database and login */
  constructor(
    private readonly main: SqlServerUrl,
    private readonly poolMax: number,
  ) {}

  catalogueOptions(entities: Function[]): DataSourceOptions {
    return { ...this.optionsOfCatalogue({ share: this.poolMax }), entities };
  }

  tenantOptions(tenant: TenantSchema, entities: Function[]): DataSourceOptions {
    return { ...this.optionsOf(tenant, {}), entities };
  }

  maintenanceOptions(tenant: TenantSchema, entities: Function[]): DataSourceOptions {
    return { ...this.optionsOf(tenant, { share: 1, isMaintenance: true }), entities };
  }

  async prepareSchema(runner: QueryRunner): Promise<void> {
    const { schema } = runner.dataSource.options as { schema: string };
    await this.lockSchema(runner, schema);
    await runner.createSchema(schema, true);
  }

  async appliedTo(dataSource: DataSource): Promise<string[]> {
    const { schema } = dataSource.options as { schema: string };
    const rows = (await dataSource.query(selectLedger(schema))) as { name: string }[] | undefined;
    return (rows ?? []).map(({ name }) => name);
  }

  async skipIds(manager: EntityManager, table: string, lastId: number, hasRows: boolean): Promise<void> {
    const { schema } = manager.dataSource.options as { schema: string };
    // A table that never had a row gives the number itself, any other the one after it.
    const number = hasRows ? lastId : lastId + 1;
    await manager.query(`DBCC CHECKIDENT ('${schema}.${table}', RESEED, ${number}) WITH NO_INFOMSGS`);
  }

  async tablesOf(dataSource: DataSource): Promise<string[]> {
    const { schema } = dataSource.options as { schema: string };
    const rows: { name: string }[] = await dataSource.query(selectTables(schema));
    return rows.map(({ name }) => name);
  }

  async appliedMigrations(tenants: TenantSchema[]): Promise<Map<string, string[] | Error>> {
    const answers = await Promise.all(this.byPool(tenants).map((group) => this.readLedgers(group)));
    return new Map(answers.flatMap((answer) => [...answer]));
  }

  async revisionsOf(tenants: TenantSchema[]): Promise<Map<string, number>> {
    const answers = await Promise.all(
      this.byPool(tenants).map((group) =>
        readRevisions(this.poolOf(group[0]?.databaseUrl ?? this.main), group).catch(() => new Map<string, number>()),
      ),
    );
    return new Map(answers.flatMap((answer) => [...answer]));
  }

  isBesideCatalogue({ databaseUrl }: TenantSchema): boolean {
    return databaseUrl === null;
  }

  async isOccupied(tenant: TenantSchema): Promise<boolean> {
    const pool = this.poolOf(tenant.databaseUrl ?? this.main);
    return (await pool.query(selectObjects(tenant.schema))).length > 0;
  }

  async dropSchema(tenant: TenantSchema, seen?: Version): Promise<void> {
    await this.transaction(this.maintenanceOptions(tenant, [Revision]), async (manager) => {
      await this.lockSchema(manager, tenant.schema);
      await dropSchema(manager, tenant.schema, seen);
    });
  }

  withTenantLock<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    return this.transaction(this.optionsOfCatalogue({ share: 1, isMaintenance: true }), async (manager) => {
      if (!(await takeLock(manager, `atrium tenant ${tenantId}`, TENANT_LOCK_TIMEOUT_MS))) throw new Busy();
      return work();
    });
  }

  private transaction<T>(options: DataSourceOptions, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return withDataSource(options, (dataSource) => dataSource.transaction(work));
  }

  isUnavailable(thrown: unknown): boolean {
    return faultOf(thrown) !== undefined;
  }

  isRolledBack(thrown: unknown): boolean {
    const fault = faultOf(thrown);
    return fault === 'victim' || fault === 'lost';
  }

  get poolUse(): PoolUse {
    const uses = [...this.pools.values()].map(({ use }) => use);
    const sum = (part: keyof PoolUse) => uses.reduce((total, use) => total + use[part], 0);
    return { used: sum('used'), idle: sum('idle'), waiting: sum('waiting'), max: sum('max') };
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.close()));
  }

  /** Groups of tenants that share a database and a login. */
  private byPool(tenants: TenantSchema[]): TenantSchema[][] {
    return [...Map.groupBy(tenants, ({ databaseUrl }) => (databaseUrl ?? this.main).reveal().identity).values()];
  }

  /** @param tenants that share a database and a login */
  private async readLedgers(tenants: TenantSchema[]): Promise<Map<string, string[] | Error>> {
    try {
      return await readLedgers(this.poolOf(tenants[0]?.databaseUrl ?? this.main), tenants);
    } catch (thrown) {
      return new Map(tenants.map(({ id }) => [id, thrown as Error]));
    }
  }

  /** Locks out all others that make, migrate or remove the schema, until the transaction ends. */
  private async lockSchema(sender: QueryRunner | EntityManager, schema: string): Promise<void> {
    const isLocked = await takeLock(sender, `atrium migrate ${schema}`, MIGRATION_LOCK_TIMEOUT_MS);
    if (!isLocked) throw new Error(`Another migrator holds the schema ${schema}`);
  }

  private poolOf(url: SqlServerUrl): SharedPool {
    const key = url.reveal().identity;
    const present = this.pools.get(key);
    if (present) return present;
    const pool = new SharedPool(url, this.poolMax, () => {
      if (url === this.main) return;
      this.pools.delete(key);
      void pool.close().catch(() => undefined); // it fails while the pool is connecting in vain
    });
    this.pools.set(key, pool);
    return pool;
  }

  private optionsOfCatalogue(terms: Partial<Terms>) {
    return { ...this.options(this.main, PLATFORM, terms), migrations: platformMigrations };
  }

  private optionsOf({ databaseUrl, schema }: TenantSchema, terms: Partial<Terms>) {
    return { ...this.options(databaseUrl ?? this.main, schema, terms), migrations: tenantMigrations };
  }

  private options(url: SqlServerUrl, schema: string, terms: Partial<Terms>) {
    return {
      type: 'mssql',
      driver: this.poolOf(url).driver(terms),
      database: url.database,
      schema,
      // Set for every transaction: a pooled connection keeps the level of its last borrower.
      isolationLevel: 'READ COMMITTED',
      // Without this, text parameters are NVARCHAR: a VARCHAR column would be converted row by row, past its index.
      options: { disableAsciiToUnicodeParamConversion: true },
      migrationsTableName: MIGRATIONS_TABLE,
      logger: new QuietLogger(),
    } as const;
  }
}

import type { DataSourceOptions, QueryRunner } from 'typeorm';
import { platformMigrations, tenantMigrations } from '../../migrations/index.js';
import { SqlServerUrl } from '../config/sql-server-url.js';
import { type Engine, type PoolUse, MIGRATIONS_TABLE } from './engine.js';
import { QuietLogger } from './quiet.logger.js';
import { faultOf } from './sql-server.errors.js';
import { SharedPool } from './sql-server.pool.js';
import type { Tenant } from './tenant.entity.js';

/** The schema of the catalogue. */
const PLATFORM = 'platform';

/** Building an index on a long history takes its time. */
const MIGRATION_TIMEOUT_MS = 60 * 60_000;

/** For another migrator to be done with a schema. */
const LOCK_WAIT_MS = 10 * 60_000;

// A thousand ledgers in one statement would take the server longer to plan than to read.
const LEDGERS_PER_QUERY = 250;

/** A schema for the catalogue and one for every tenant; one pool of connections per database and login. */
export class SqlServerEngine implements Engine {
  readonly maxOpenTenants = 2_000;
  readonly readsDuringWrites = true;
  private readonly pools = new Map<string, SharedPool>();

  /** @param poolMax connections to each database and login */
  constructor(
    private readonly main: SqlServerUrl,
    private readonly poolMax: number,
  ) {}

  catalogueOptions(entities: Function[]): DataSourceOptions {
    const driver = this.poolOf(this.main).driver(this.poolMax);
    return { ...this.options(this.main, PLATFORM, driver), entities, migrations: platformMigrations };
  }

  tenantOptions(tenant: Tenant, entities: Function[]): DataSourceOptions {
    const url = tenant.databaseUrl ?? this.main;
    const pool = this.poolOf(url);
    // No tenant can take every connection from the others.
    const driver = pool.driver(Math.ceil(pool.max / 2));
    return { ...this.options(url, tenant.schema, driver), entities, migrations: tenantMigrations };
  }

  migrationOptions(tenant: Tenant): DataSourceOptions {
    const url = tenant.databaseUrl ?? this.main;
    const driver = this.poolOf(url).driver(1, MIGRATION_TIMEOUT_MS);
    return { ...this.options(url, tenant.schema, driver), entities: [], migrations: tenantMigrations };
  }

  async prepareSchema(runner: QueryRunner): Promise<void> {
    const { schema } = runner.dataSource.options as { schema: string };
    const [{ granted }] = (await runner.query(
      `DECLARE @granted INT; EXEC @granted = sp_getapplock @Resource = @0, @LockMode = 'Exclusive', ` +
        `@LockOwner = 'Transaction', @LockTimeout = ${LOCK_WAIT_MS}; SELECT @granted AS "granted"`,
      [`atrium migrate ${schema}`],
    )) as [{ granted: number }];
    if (granted < 0) throw new Error(`Another migrator holds the schema ${schema} (sp_getapplock says ${granted})`);
    await runner.createSchema(schema, true);
  }

  async appliedMigrations(tenants: Tenant[]): Promise<Map<string, string[] | Error>> {
    const byPool = Map.groupBy(tenants, ({ databaseUrl }) => this.poolOf(databaseUrl ?? this.main));
    const answers = await Promise.all([...byPool].map(([pool, group]) => this.readLedgers(pool, group)));
    return new Map(answers.flat());
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

  private poolOf(url: SqlServerUrl): SharedPool {
    const key = url.reveal().text;
    const pool = this.pools.get(key) ?? new SharedPool(url, this.poolMax);
    this.pools.set(key, pool);
    return pool;
  }

  private options({ database }: SqlServerUrl, schema: string, driver: object) {
    return {
      type: 'mssql',
      driver,
      database,
      schema,
      // Stated for every transaction: a pooled connection keeps the level of whoever had it before.
      isolationLevel: 'READ COMMITTED',
      // A VARCHAR compared with an NVARCHAR is converted row by row, past its index.
      options: { disableAsciiToUnicodeParamConversion: true },
      migrationsTableName: MIGRATIONS_TABLE,
      logger: new QuietLogger(),
    } as const;
  }

  private async readLedgers(pool: SharedPool, tenants: Tenant[]): Promise<[string, string[] | Error][]> {
    try {
      const rows = await pool.query<{ schema: string }>(
        `SELECT s.name AS "schema" FROM sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id WHERE t.name = '${MIGRATIONS_TABLE}'`,
      );
      const present = new Set(rows.map(({ schema }) => schema));
      const applied = new Map<string, string[]>(tenants.map(({ id }) => [id, []]));
      const kept = tenants.filter(({ schema }) => present.has(schema));
      for (let first = 0; first < kept.length; first += LEDGERS_PER_QUERY) {
        const ledgers = kept.slice(first, first + LEDGERS_PER_QUERY);
        const found = await pool.query<{ id: string; name: string }>(ledgers.map(selectLedger).join(' UNION ALL '));
        for (const { id, name } of found) applied.get(id)?.push(name);
      }
      return [...applied];
    } catch (thrown) {
      return tenants.map(({ id }) => [id, thrown instanceof Error ? thrown : new Error(String(thrown))]);
    }
  }
}

// Ids and schema names are made of letters, digits, - and _ alone.
function selectLedger({ id, schema }: Tenant): string {
  return `SELECT '${id}' AS "id", "name" AS "name" FROM "${schema}"."${MIGRATIONS_TABLE}"`;
}

import type { DataSource, DataSourceOptions, EntityManager, QueryRunner } from 'typeorm';
import type { Version } from '../revision/revision.entity.js';
import type { SqlServerUrl } from '../config/sql-server-url.js';

/** Injection token of the engine. */
export const ENGINE = Symbol('engine');

/** Table of each schema's applied migrations, written by TypeORM. */
export const MIGRATIONS_TABLE = 'Migrations';

/** The place of one tenant's rows. */
export interface TenantSchema {
  /** The tenant's id. */
  id: string;
  /** Name of the schema (SQL Server) or file (SQLite): from the catalogue, never from a request. */
  schema: string;
  /** Null: the catalogue's own database and login. */
  databaseUrl: SqlServerUrl | null;
}

/** Connections of this process to its databases, of all tenants together. */
export interface PoolUse {
  used: number;
  idle: number;
  /** Requests for a connection that wait for one to become free. */
  waiting: number;
  max: number;
}

/** Thrown when a tenant's lifecycle lock is not free in time. */
export class Busy extends Error {}

/** Thrown when another process has the database to itself. */
export class InUse extends Error {}

/** Thrown when the rows were written to after the version that the caller saw. */
export class WrittenSince extends Error {}

/** The differences between SQLite and SQL Server. All other code is the same for both. */
export interface Engine {
  /** Largest number of tenants that are open at a time. */
  readonly maxOpenTenants: number;

  /** Whether reads during a write see committed rows only. Where they would not, a write keeps its tenant's readers out. */
  readonly readsDuringWrites: boolean;

  /** Whether there may be a catalogue. False on SQLite without its file, since opening it would make one. */
  readonly hasBegun: boolean;

  /** Whether it can only read, beside the process that has the database. */
  readonly isReader?: boolean;

  catalogueOptions(entities: Function[]): DataSourceOptions;
  tenantOptions(tenant: TenantSchema, entities: Function[]): DataSourceOptions;

  /** Like tenantOptions, for migrations and exports: one connection, and statements that may take an hour. */
  maintenanceOptions(tenant: TenantSchema, entities: Function[]): DataSourceOptions;

  /**
   * Makes the schema that `runner` migrates unless there is one, and locks out other migrators until the runner's
   * transaction ends.
   * @throws Error when another migrator holds the lock for too long
   */
  prepareSchema(runner: QueryRunner): Promise<void>;

  /** Whether a connection to the catalogue reaches the tenant's schema too. */
  isBesideCatalogue(tenant: TenantSchema): boolean;

  /** Names of the migrations applied to the schema of `dataSource`, from its own table. Changes nothing. */
  appliedTo(dataSource: DataSource): Promise<string[]>;

  /**
   * Has a table of the schema that `manager` writes to give no id up to `lastId` any more.
   * @param hasRows whether it has had rows that were inserted with the ids they have
   */
  skipIds(manager: EntityManager, table: string, lastId: number, hasRows: boolean): Promise<void>;

  /** Names of all tables in the schema of `dataSource`, in any case. */
  tablesOf(dataSource: DataSource): Promise<string[]>;

  /** Like appliedTo for many tenants, by id; an Error where a schema cannot be read. Changes nothing. */
  appliedMigrations(tenants: TenantSchema[]): Promise<Map<string, string[] | Error>>;

  /**
   * The revisions of many tenants, by id, in few statements; what cannot be read is left out. Undefined where no other
   * process can have written.
   */
  revisionsOf(tenants: TenantSchema[]): Promise<Map<string, number> | undefined>;

  /** Whether a tenant's rows may lie in a database that its `databaseUrl` names. */
  readonly takesDatabaseUrls: boolean;

  /** Whether the tenant's schema holds anything, an unfinished first migration included. */
  isOccupied(tenant: TenantSchema): Promise<boolean>;

  /**
   * Removes the schema with all its rows, if there is one. The tenant must be closed in every process.
   * @param seen the version at which its rows were exported
   * @throws WrittenSince when they were written to since; then nothing is removed
   */
  dropSchema(tenant: TenantSchema, seen?: Version): Promise<void>;

  /**
   * Does `work` under the tenant's lifecycle lock, which holds across processes. A process that ends gives it up.
   * @throws Busy when somebody else holds the lock for too long
   */
  withTenantLock<T>(tenantId: string, work: () => Promise<T>): Promise<T>;

  /** Whether the database or the way to it failed, rather than the statement. */
  isUnavailable(thrown: unknown): boolean;

  /** Whether the server is known to have rolled the transaction back, so that it can be repeated. */
  isRolledBack(thrown: unknown): boolean;

  /** Undefined on SQLite, which has no pool. */
  readonly poolUse?: PoolUse;

  /** Closes every connection. */
  close(): Promise<void>;
}

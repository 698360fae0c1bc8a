import type { DataSource, DataSourceOptions, QueryRunner } from 'typeorm';
import type { Version } from '../revision/revision.entity.js';
import type { SqlServerUrl } from '../config/sql-server-url.js';

/** Injection token of the engine. */
export const ENGINE = Symbol('engine');

/** Every schema keeps its own history here, as TypeORM writes it. */
export const MIGRATIONS_TABLE = 'Migrations';

/** Where the rows of one tenant lie. */
export interface TenantSchema {
  /** The tenant's id. */
  id: string;
  /** The schema (SQL Server) or file (SQLite); made here, never taken from a request. */
  schema: string;
  /** Null: in the catalogue's own database, under its login. */
  databaseUrl: SqlServerUrl | null;
}

/** Connections of this process to its databases, all tenants together. */
export interface PoolUse {
  used: number;
  idle: number;
  /** Asked for, and not to be had just now. */
  waiting: number;
  max: number;
}

/** Somebody else is adding or retiring the same tenant. */
export class Busy extends Error {}

/** A write came after the last look at the rows. */
export class WrittenSince extends Error {}

/** What differs between SQLite and SQL Server; all else is the same code on the same repositories. */
export interface Engine {
  /** So many tenants at most are held open at a time. */
  readonly maxOpenTenants: number;

  /** Whether readers see committed rows alone while a write is under way; where not, a write has its tenant to itself. */
  readonly readsDuringWrites: boolean;

  /** Whether a catalogue may be there: false where looking for one would be what makes it. */
  readonly hasBegun: boolean;

  catalogueOptions(entities: Function[]): DataSourceOptions;
  tenantOptions(tenant: TenantSchema, entities: Function[]): DataSourceOptions;

  /** As tenantOptions, one connection, with the patience that building an index takes. */
  patientOptions(tenant: TenantSchema, entities: Function[]): DataSourceOptions;

  /**
   * Makes the schema that `runner` migrates unless it is there, and keeps other migrators out of it until the runner's
   * transaction ends.
   * @throws Error when another migrator holds it for too long
   */
  prepareSchema(runner: QueryRunner): Promise<void>;

  /** Whether a tenant's schema lies in the catalogue's database, within reach of the same connection. */
  isBesideCatalogue(tenant: TenantSchema): boolean;

  /** The migrations that the schema of `dataSource` has seen according to itself. Changes nothing. */
  appliedTo(dataSource: DataSource): Promise<string[]>;

  /** The names of all tables in the schema of `dataSource`, in whatever case. */
  tablesOf(dataSource: DataSource): Promise<string[]>;

  /** By tenant id, the migrations its schema has seen according to itself, or why it cannot be asked. Changes nothing. */
  appliedMigrations(tenants: TenantSchema[]): Promise<Map<string, string[] | Error>>;

  /** Whether a tenant's rows may lie in a database that its `databaseUrl` names. */
  readonly takesDatabaseUrls: boolean;

  /** Whether its schema holds anything, an unfinished beginning included. */
  isOccupied(tenant: TenantSchema): Promise<boolean>;

  /**
   * Removes the schema and all that it holds; nothing happens where there is none. Nobody may be at work in it.
   * @param seen the version at which its rows were last seen
   * @throws WrittenSince, and nothing is removed, when they were written to since
   */
  dropSchema(tenant: TenantSchema, seen?: Version): Promise<void>;

  /**
   * Does `work` while nobody else does any on that tenant's life, in whatever process; the end of the process ends it.
   * @throws Busy when somebody else is at it for too long
   */
  alone<T>(tenantId: string, work: () => Promise<T>): Promise<T>;

  /** Whether the database, rather than the work asked of it, is what failed. */
  isUnavailable(thrown: unknown): boolean;

  /** Whether the transaction in which it was thrown is known to be rolled back, by no fault of its own: it can be repeated. */
  isRolledBack(thrown: unknown): boolean;

  /** Undefined where connections are not pooled. */
  readonly poolUse?: PoolUse;

  /** Lets go of every connection. */
  close(): Promise<void>;
}

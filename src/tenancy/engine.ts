import type { DataSourceOptions, QueryRunner } from 'typeorm';
import type { Tenant } from './tenant.entity.js';

/** Injection token of the engine. */
export const ENGINE = Symbol('engine');

/** Every schema keeps its own history here, as TypeORM writes it. */
export const MIGRATIONS_TABLE = 'Migrations';

/** Connections of this process to its databases, all tenants together. */
export interface PoolUse {
  used: number;
  idle: number;
  /** Asked for, and not to be had just now. */
  waiting: number;
  max: number;
}

/** What differs between SQLite and SQL Server; all else is the same code on the same repositories. */
export interface Engine {
  /** So many tenants at most are held open at a time. */
  readonly maxOpenTenants: number;

  /** Whether readers see committed rows alone while a write is under way; where not, a write has its tenant to itself. */
  readonly readsDuringWrites: boolean;

  catalogueOptions(entities: Function[]): DataSourceOptions;
  tenantOptions(tenant: Tenant, entities: Function[]): DataSourceOptions;

  /** As tenantOptions, with the patience that building an index takes. */
  migrationOptions(tenant: Tenant): DataSourceOptions;

  /**
   * Makes the schema that `runner` migrates unless it is there, and keeps other migrators out of it until the runner's
   * transaction ends.
   * @throws Error when another migrator holds it for too long
   */
  prepareSchema(runner: QueryRunner): Promise<void>;

  /** By tenant id, the migrations its schema has seen according to itself, or why it cannot be asked. Changes nothing. */
  appliedMigrations(tenants: Tenant[]): Promise<Map<string, string[] | Error>>;

  /** Whether the database, rather than the work asked of it, is what failed. */
  isUnavailable(thrown: unknown): boolean;

  /** Whether the transaction in which it was thrown is known to be rolled back, by no fault of its own: it can be repeated. */
  isRolledBack(thrown: unknown): boolean;

  /** Undefined where connections are not pooled. */
  readonly poolUse?: PoolUse;

  /** Lets go of every connection. */
  close(): Promise<void>;
}

import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Mutex, type MutexInterface, withTimeout } from 'async-mutex';
import type Database from 'better-sqlite3';
import {
  type DataSource,
  type DataSourceOptions,
  type EntityManager,
  type EntitySubscriberInterface,
  EventSubscriber,
  type InsertEvent,
  MigrationExecutor,
  QueryFailedError,
} from 'typeorm';
import { platformMigrations, tenantMigrations } from '../../../migrations/index.js';
import { SQLITE_LOCK_TIMEOUT_MS, TENANT_LOCK_TIMEOUT_MS } from '../../config/time-limits.js';
import { withDataSource } from '../data-source.js';
import { Busy, type Engine, MIGRATIONS_TABLE, type TenantSchema } from '../engine.js';
import { QuietLogger } from '../quiet-logger.js';
import { holdAlone } from './folder-lock.js';
import { makeFilePrivate, makePrivate } from './private-files.js';

/** One file for the catalogue and one for each tenant, where SQL Server has a schema. */
export class SqliteEngine implements Engine {
  // Every open tenant holds three file descriptors.
  readonly maxOpenTenants = 100;
  // All requests share a tenant's one connection, so reads would see what a write has not committed.
  readonly readsDuringWrites = false;
  readonly takesDatabaseUrls = false;
  private readonly locks = new Map<string, MutexInterface>();

  /** @param isReader opens all files to read only, also while another process has the folder */
  constructor(
    private readonly folder: string,
    readonly isReader = false,
  ) {}

  get hasBegun(): boolean {
    return existsSync(this.catalogueFile);
  }

  /** The first process to open the catalogue has the folder while it runs: for any other that may write, opening throws InUse. */
  catalogueOptions(entities: Function[]): DataSourceOptions {
    makePrivate(this.folder);
    return {
      ...this.fileOptions(
        this.catalogueFile,
        entities,
        (database) => this.isReader || holdAlone(database, this.folder),
      ),
      migrations: platformMigrations,
    };
  }

  tenantOptions({ schema }: TenantSchema, entities: Function[]): DataSourceOptions {
    return {
      ...this.fileOptions(this.fileOf(schema), entities),
      subscribers: [IdentityFromZero],
      migrations: tenantMigrations,
    };
  }

  private fileOptions(file: string, entities: Function[], hold: (database: Database.Database) => void = () => {}) {
    return {
      type: 'better-sqlite3',
      database: file,
      readonly: this.isReader,
      entities,
      migrationsTableName: MIGRATIONS_TABLE,
      logger: new QuietLogger(),
      timeout: SQLITE_LOCK_TIMEOUT_MS,
      prepareDatabase: (database: Database.Database) => {
        makeFilePrivate(database.name, this.folder);
        hold(database);
        prepare(database);
      },
    } satisfies DataSourceOptions;
  }

  maintenanceOptions(tenant: TenantSchema, entities: Function[]): DataSourceOptions {
    return this.tenantOptions(tenant, entities);
  }

  // Opening the file made it, and no other process has the folder.
  async prepareSchema(): Promise<void> {}

  isBesideCatalogue(): boolean {
    return false;
  }

  async appliedTo(dataSource: DataSource): Promise<string[]> {
    return (await new MigrationExecutor(dataSource).getExecutedMigrations()).map(({ name }) => name);
  }

  async skipIds(manager: EntityManager, table: string, lastId: number): Promise<void> {
    await manager.query('DELETE FROM sqlite_sequence WHERE name = ?', [table]);
    await manager.query('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)', [table, lastId]);
  }

  async tablesOf(dataSource: DataSource): Promise<string[]> {
    const rows: { name: string }[] = await dataSource.query(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'",
    );
    return rows.map(({ name }) => name);
  }

  async appliedMigrations(tenants: TenantSchema[]): Promise<Map<string, string[] | Error>> {
    const applied = new Map<string, string[] | Error>();
    for (const tenant of tenants) applied.set(tenant.id, await this.readClosed(tenant));
    return applied;
  }

  private async readClosed(tenant: TenantSchema): Promise<string[] | Error> {
    if (!existsSync(this.fileOf(tenant.schema))) return []; // opening it would make it
    try {
      return await withDataSource(this.tenantOptions(tenant, []), (dataSource) => this.appliedTo(dataSource));
    } catch (thrown) {
      return thrown instanceof Error ? thrown : new Error(String(thrown));
    }
  }

  async isOccupied({ schema }: TenantSchema): Promise<boolean> {
    return existsSync(this.fileOf(schema));
  }

  async revisionsOf(): Promise<undefined> {}

  /** Never throws WrittenSince: no other process has the folder, and here the tenant is closed. */
  async dropSchema({ schema }: TenantSchema): Promise<void> {
    // The main file goes first: the others mean nothing without it.
    for (const suffix of ['', '-wal', '-shm', '-journal']) await rm(this.fileOf(schema) + suffix, { force: true });
  }

  async withTenantLock<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    const lock = this.locks.get(tenantId) ?? withTimeout(new Mutex(), TENANT_LOCK_TIMEOUT_MS, new Busy());
    this.locks.set(tenantId, lock);
    return lock.runExclusive(work).finally(() => lock.isLocked() || this.locks.delete(tenantId));
  }

  isUnavailable(thrown: unknown): boolean {
    const code = thrown instanceof QueryFailedError ? (thrown.driverError as { code?: string }).code : undefined;
    return /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY|CORRUPT|NOTADB)/.test(code ?? '');
  }

  // SQLite has one writer at a time, so it rolls back only what failed for good.
  isRolledBack(): boolean {
    return false;
  }

  async close(): Promise<void> {}

  private get catalogueFile(): string {
    return join(this.folder, 'catalogue.sqlite');
  }

  private fileOf(schema: string): string {
    return join(this.folder, 'tenants', `${schema}.sqlite`);
  }
}

function prepare(database: Database.Database): void {
  database.pragma('main.journal_mode = WAL');
  database.pragma('synchronous = FULL'); // an acknowledged write survives a power cut, not only a crash
  // CHARINDEX of SQL Server: the position of `part` in `text`, counted from 1; 0 when it is not there. Both are lowered
  // here: SQLite's own lower() knows ASCII only, and a second function for each row would double the time.
  database.function('charindex', { deterministic: true }, (part, text) => lowered(text).indexOf(lowered(part)) + 1);
}

function lowered(text: unknown): string {
  return String(text).toLowerCase();
}

/** Gives the first row of a table the id 0, as IDENTITY(0,1) does on SQL Server. AUTOINCREMENT would start at 1. */
@EventSubscriber()
class IdentityFromZero implements EntitySubscriberInterface<{ id?: number }> {
  private readonly checked = new Set<string>();

  beforeTransactionStart(): void {
    this.checked.clear();
  }

  async beforeInsert({ entity, metadata, queryRunner }: InsertEvent<{ id?: number }>): Promise<void> {
    const table = metadata.tableName;
    if (metadata.generatedColumns.length === 0 || this.checked.has(table)) return;
    this.checked.add(table);
    const used: unknown[] = await queryRunner.query('SELECT 1 FROM sqlite_sequence WHERE name = ?', [table]);
    if (used.length === 0) entity.id ??= 0;
  }
}

import { existsSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Mutex, type MutexInterface, withTimeout } from 'async-mutex';
import type Database from 'better-sqlite3';
import {
  type DataSource,
  type DataSourceOptions,
  type EntitySubscriberInterface,
  EventSubscriber,
  type InsertEvent,
  MigrationExecutor,
  QueryFailedError,
} from 'typeorm';
import { platformMigrations, tenantMigrations } from '../../../migrations/index.js';
import { withDataSource } from '../data-source.js';
import { Busy, type Engine, MIGRATIONS_TABLE, type TenantSchema } from '../engine.js';
import { QuietLogger } from '../quiet-logger.js';

// Only this process writes here, so a lock is never waited for; a wait would block the event loop.
const LOCK_TIMEOUT_MS = 100;

/** For somebody else's work on the life of the same tenant. */
const TURN_TIMEOUT_MS = 5_000;

/** One file for the catalogue and one for every tenant: the embedded twin of a schema each. */
export class SqliteEngine implements Engine {
  // Every open tenant holds three file descriptors.
  readonly maxOpenTenants = 100;
  // All requests share a tenant's one connection, and would see what a write has not committed.
  readonly readsDuringWrites = false;
  readonly takesDatabaseUrls = false;
  private readonly turns = new Map<string, MutexInterface>();

  constructor(private readonly folder: string) {}

  get hasBegun(): boolean {
    return existsSync(this.catalogueFile);
  }

  /** The catalogue is held by one process for as long as it runs. */
  catalogueOptions(entities: Function[]): DataSourceOptions {
    mkdirSync(this.folder, { recursive: true });
    return {
      type: 'better-sqlite3',
      database: this.catalogueFile,
      entities,
      migrations: platformMigrations,
      migrationsTableName: MIGRATIONS_TABLE,
      logger: new QuietLogger(),
      timeout: LOCK_TIMEOUT_MS,
      prepareDatabase: (database: Database.Database) => {
        holdAlone(database, this.folder);
        prepare(database);
      },
    };
  }

  tenantOptions({ schema }: TenantSchema, entities: Function[]): DataSourceOptions {
    return {
      type: 'better-sqlite3',
      database: this.fileOf(schema),
      entities,
      subscribers: [IdentityFromZero],
      migrations: tenantMigrations,
      migrationsTableName: MIGRATIONS_TABLE,
      logger: new QuietLogger(),
      timeout: LOCK_TIMEOUT_MS,
      prepareDatabase: prepare,
    };
  }

  patientOptions(tenant: TenantSchema, entities: Function[]): DataSourceOptions {
    return this.tenantOptions(tenant, entities);
  }

  // The file is there as soon as it is opened, and whoever holds the catalogue is alone with it.
  async prepareSchema(): Promise<void> {}

  isBesideCatalogue(): boolean {
    return false;
  }

  async appliedTo(dataSource: DataSource): Promise<string[]> {
    return (await new MigrationExecutor(dataSource).getExecutedMigrations()).map(({ name }) => name);
  }

  async tablesOf(dataSource: DataSource): Promise<string[]> {
    const rows: { name: string }[] = await dataSource.query(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'",
    );
    return rows.map(({ name }) => name);
  }

  async appliedMigrations(tenants: TenantSchema[]): Promise<Map<string, string[] | Error>> {
    const applied = new Map<string, string[] | Error>();
    for (const tenant of tenants) applied.set(tenant.id, await this.askClosed(tenant));
    return applied;
  }

  private async askClosed(tenant: TenantSchema): Promise<string[] | Error> {
    if (!existsSync(this.fileOf(tenant.schema))) return []; // opening would make it
    try {
      return await withDataSource(this.tenantOptions(tenant, []), (dataSource) => this.appliedTo(dataSource));
    } catch (thrown) {
      return thrown instanceof Error ? thrown : new Error(String(thrown));
    }
  }

  async isOccupied({ schema }: TenantSchema): Promise<boolean> {
    return existsSync(this.fileOf(schema));
  }

  /** Nobody else can have written: this process is alone with the folder. */
  async dropSchema({ schema }: TenantSchema): Promise<void> {
    // The file first: without it the others mean nothing.
    for (const suffix of ['', '-wal', '-shm', '-journal']) await rm(this.fileOf(schema) + suffix, { force: true });
  }

  async alone<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
    const turn = this.turns.get(tenantId) ?? withTimeout(new Mutex(), TURN_TIMEOUT_MS, new Busy());
    this.turns.set(tenantId, turn);
    return turn.runExclusive(work).finally(() => turn.isLocked() || this.turns.delete(tenantId));
  }

  isUnavailable(thrown: unknown): boolean {
    const code = thrown instanceof QueryFailedError ? (thrown.driverError as { code?: string }).code : undefined;
    return /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY|CORRUPT|NOTADB)/.test(code ?? '');
  }

  // One writer at a time: nothing is rolled back but what failed for good.
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
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL'); // an acknowledged write survives a power cut, not only a crash
  // As SQL Server has it: which character of `text` is the first of `part`, counted from 1; 0 when it is not in there.
  database.function('charindex', { deterministic: true }, (part, text) => String(text).indexOf(String(part)) + 1);
  // SQLite folds the case of ASCII alone; shopping centres have names in every alphabet.
  database.function('lower', { deterministic: true }, (text) => (typeof text === 'string' ? text.toLowerCase() : text));
}

/** @throws Error in words when another process has the folder */
function holdAlone(database: Database.Database, folder: string): void {
  if (lock(database)) return;
  throw new Error(
    `The data folder "${folder}" is in use by another Atrium. Stop that one, or give this one a folder of its own: DATABASE_URL=sqlite:<folder>.`,
  );
}

/** Takes the file for as long as it is open; false when another process has it. */
function lock(database: Database.Database): boolean {
  try {
    database.pragma('locking_mode = EXCLUSIVE');
    database.exec('BEGIN IMMEDIATE; COMMIT');
    return true;
  } catch (thrown) {
    if ((thrown as { code?: string }).code === 'SQLITE_BUSY') return false;
    throw thrown;
  }
}

/** Ids count from 0 as on SQL Server (IDENTITY(0,1)); SQLite's AUTOINCREMENT would start at 1. */
@EventSubscriber()
class IdentityFromZero implements EntitySubscriberInterface<{ id?: number }> {
  private readonly taken = new Set<string>();

  beforeTransactionStart(): void {
    this.taken.clear();
  }

  async beforeInsert({ entity, metadata, queryRunner }: InsertEvent<{ id?: number }>): Promise<void> {
    const table = metadata.tableName;
    if (metadata.generatedColumns.length === 0 || this.taken.has(table)) return;
    this.taken.add(table);
    const used: unknown[] = await queryRunner.query('SELECT 1 FROM sqlite_sequence WHERE name = ?', [table]);
    if (used.length === 0) entity.id = 0;
  }
}

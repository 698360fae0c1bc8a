import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import {
  type DataSourceOptions,
  type EntitySubscriberInterface,
  EventSubscriber,
  type InsertEvent,
  QueryFailedError,
} from 'typeorm';
import { platformMigrations, tenantMigrations } from '../../migrations/index.js';
import { Tenant } from './tenant.entity.js';

// Only this process writes here, so a lock is never waited for; a wait would block the event loop.
const LOCK_TIMEOUT_MS = 100;

/** The catalogue: one file, held by one process for as long as it runs. */
export function catalogueOptions(folder: string): DataSourceOptions {
  mkdirSync(folder, { recursive: true });
  return {
    type: 'better-sqlite3',
    database: join(folder, 'catalogue.sqlite'),
    entities: [Tenant],
    migrations: platformMigrations,
    migrationsTableName: 'Migrations',
    timeout: LOCK_TIMEOUT_MS,
    prepareDatabase: (database: Database.Database) => {
      holdAlone(database, folder);
      prepare(database);
    },
  };
}

/** A tenant: one file of its own, the embedded twin of a schema. */
export function tenantOptions(folder: string, tenant: Tenant, entities: Function[]): DataSourceOptions {
  return {
    type: 'better-sqlite3',
    database: join(folder, 'tenants', `${tenant.schema}.sqlite`),
    entities,
    subscribers: [IdentityFromZero],
    migrations: tenantMigrations,
    migrationsTableName: 'Migrations',
    timeout: LOCK_TIMEOUT_MS,
    prepareDatabase: prepare,
  };
}

function prepare(database: Database.Database): void {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL'); // an acknowledged write survives a power cut, not only a crash
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

/** Whether the database, rather than the work asked of it, is what failed. */
export function isUnavailable(thrown: unknown): boolean {
  const code = thrown instanceof QueryFailedError ? (thrown.driverError as { code?: string }).code : undefined;
  return /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY|CORRUPT|NOTADB)/.test(code ?? '');
}

import type { Config } from '../config/config.js';
import { type Engine, InUse } from './engine.js';

/**
 * Chooses the engine by the configuration, and loads no other: SQL Server's driver is slow to load.
 * @param isReader only reads, beside the process that has the embedded database
 */
export async function openEngine(
  { sqlServer, databaseFolder, databasePoolMax }: Config,
  isReader = false,
): Promise<Engine> {
  if (sqlServer) {
    const { SqlServerEngine } = await import('./sql-server/sql-server-engine.js');
    return new SqlServerEngine(sqlServer, databasePoolMax);
  }
  const { SqliteEngine } = await import('./sqlite/sqlite-engine.js');
  return new SqliteEngine(databaseFolder, isReader);
}

export interface Ways {
  /** Whether the work only reads: then a reader does it, when a service has the embedded database. */
  onlyReads?: boolean;
  /** Said to whoever wants to write meanwhile: another way to the same end. */
  instead?: string;
  open?: typeof openEngine;
}

/**
 * Opens an engine for the time of `work`.
 * @throws InUse in words when a service has the embedded database, and `work` writes
 */
export async function withEngine<T>(
  config: Config,
  work: (engine: Engine) => Promise<T>,
  { onlyReads = false, instead, open = openEngine }: Ways = {},
): Promise<T> {
  try {
    return await use(await open(config), work);
  } catch (thrown) {
    if (!(thrown instanceof InUse)) throw thrown;
    if (onlyReads) return use(await open(config, true), work);
    throw instead === undefined ? thrown : new InUse(`${thrown.message} ${instead}`, { cause: thrown });
  }
}

async function use<T>(engine: Engine, work: (engine: Engine) => Promise<T>): Promise<T> {
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

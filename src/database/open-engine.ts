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

/**
 * Opens an engine for the time of `work`.
 * @param onlyReads whether `work` may be done again by a reader, when a service has the embedded database
 * @throws InUse when it has, and `work` writes
 */
export async function withEngine<T>(
  config: Config,
  work: (engine: Engine) => Promise<T>,
  { onlyReads = false, open = openEngine } = {},
): Promise<T> {
  try {
    return await use(await open(config), work);
  } catch (thrown) {
    if (!onlyReads || !(thrown instanceof InUse)) throw thrown;
    return use(await open(config, true), work);
  }
}

async function use<T>(engine: Engine, work: (engine: Engine) => Promise<T>): Promise<T> {
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

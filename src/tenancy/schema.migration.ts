import { type DataSource, MigrationExecutor } from 'typeorm';
import type { Engine } from './engine.js';

const ATTEMPTS = 3;

/** The names of the migrations that the schema of `dataSource` lacks, oldest first. */
export async function pendingMigrations(dataSource: DataSource): Promise<string[]> {
  return (await new MigrationExecutor(dataSource).getPendingMigrations()).map(({ name }) => name);
}

/**
 * Applies what the schema lacks: all of it or nothing, in one transaction on one connection that also holds the lock,
 * so that any number of migrators may be started at once.
 * @returns the names of the migrations applied, none when another migrator was faster
 */
export async function migrateSchema(dataSource: DataSource, engine: Engine): Promise<string[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await migrateOnce(dataSource, engine);
    } catch (thrown) {
      if (attempt === ATTEMPTS || !engine.isRolledBack(thrown)) throw thrown;
    }
  }
}

async function migrateOnce(dataSource: DataSource, engine: Engine): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.beforeMigration();
    await runner.startTransaction();
    await engine.prepareSchema(runner);
    const applied = await new MigrationExecutor(dataSource, runner).executePendingMigrations();
    await runner.commitTransaction();
    return applied.map(({ name }) => name);
  } catch (thrown) {
    // What was thrown first says more than a rollback on a connection that is gone.
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw thrown;
  } finally {
    await runner.afterMigration().catch(() => undefined);
    await runner.release();
  }
}

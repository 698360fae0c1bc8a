import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import type { Engine } from '../database/engine.js';
import { retryRolledBack } from '../database/transaction.js';

type Check = (runner: QueryRunner) => Promise<void>;

/** The names of the migrations that the schema of `dataSource` lacks, oldest first. */
export async function pendingMigrations(dataSource: DataSource, engine: Engine): Promise<string[]> {
  const applied = await engine.appliedTo(dataSource);
  return dataSource.migrations.map(({ constructor }) => constructor.name).filter((name) => !applied.includes(name));
}

/**
 * Applies the pending migrations, all or none: one transaction, which also holds the schema's lock, so that any number
 * of migrators may be started at once. It is repeated even when the commit broke: applied migrations are not pending.
 * @param check called under the lock; when it rejects, nothing is applied
 * @returns the names of the migrations applied; none when another migrator was faster
 */
export function migrateSchema(
  dataSource: DataSource,
  engine: Engine,
  check: Check = async () => {},
): Promise<string[]> {
  return retryRolledBack(engine, () => migrateOnce(dataSource, engine, check));
}

async function migrateOnce(dataSource: DataSource, engine: Engine, check: Check): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.beforeMigration();
    await runner.startTransaction();
    await engine.prepareSchema(runner);
    await check(runner);
    const applied = await new MigrationExecutor(dataSource, runner).executePendingMigrations();
    await runner.commitTransaction();
    return applied.map(({ name }) => name);
  } catch (thrown) {
    // The first error says more than that of a rollback on a broken connection.
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw thrown;
  } finally {
    await runner.afterMigration().catch(() => undefined);
    await runner.release();
  }
}

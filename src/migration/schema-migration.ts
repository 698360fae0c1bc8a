import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import type { Engine } from '../database/engine.js';

const ATTEMPTS = 3;

type Check = (runner: QueryRunner) => Promise<void>;

/** The names of the migrations that the schema of `dataSource` lacks, oldest first. */
export async function pendingMigrations(dataSource: DataSource, engine: Engine): Promise<string[]> {
  const applied = await engine.appliedTo(dataSource);
  return dataSource.migrations.map(({ constructor }) => constructor.name).filter((name) => !applied.includes(name));
}

/**
 * Applies what the schema lacks: all of it or nothing, in one transaction on one connection that also holds the lock,
 * so that any number of migrators may be started at once.
 * @param check done under the lock; nothing is applied when it rejects
 * @returns the names of the migrations applied, none when another migrator was faster
 */
export async function migrateSchema(
  dataSource: DataSource,
  engine: Engine,
  check: Check = async () => {},
): Promise<string[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await migrateOnce(dataSource, engine, check);
    } catch (thrown) {
      if (attempt === ATTEMPTS || !engine.isRolledBack(thrown)) throw thrown;
    }
  }
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
    // What was thrown first says more than a rollback on a connection that is gone.
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw thrown;
  } finally {
    await runner.afterMigration().catch(() => undefined);
    await runner.release();
  }
}

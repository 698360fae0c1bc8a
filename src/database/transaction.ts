import { setTimeout } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { ROLLED_BACK_PAUSE_MS } from '../config/time-limits.js';
import type { Engine } from './engine.js';

const ATTEMPTS = 4;

/**
 * One transaction: committed when `work` resolves, rolled back when it rejects. It is repeated when the server is known
 * to have rolled it back, so `work` must have no effect but what it writes through its manager.
 * @param signal once it is aborted, no attempt begins
 */
export function inTransaction<T>(
  dataSource: DataSource,
  engine: Engine,
  work: (manager: EntityManager) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return retryRolledBack(
    engine,
    (commit) =>
      dataSource.transaction(async (manager) => {
        const result = await work(manager);
        commit();
        return result;
      }),
    signal,
  );
}

/**
 * Repeats `work` while the server rolls it back, up to four attempts in all.
 * @param work calls `commit` when only the commit is left: a failure after that is not repeated, since it may be done
 */
export async function retryRolledBack<T>(
  engine: Engine,
  work: (commit: () => void) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    let committing = false;
    signal?.throwIfAborted();
    try {
      return await work(() => (committing = true));
    } catch (thrown) {
      if (committing || attempt === ATTEMPTS || !engine.isRolledBack(thrown)) throw thrown;
      await setTimeout(Math.random() * ROLLED_BACK_PAUSE_MS * attempt);
    }
  }
}

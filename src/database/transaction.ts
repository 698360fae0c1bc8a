import { setTimeout } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import type { Engine } from './engine.js';

/** What the server rolled back is done again: so often in all, after a pause of so long at most. */
const ATTEMPTS = 4;
const PAUSE_MS = 50;

/**
 * One transaction: committed when `work` resolves, rolled back when it rejects. It is begun again when the server is
 * known to have rolled it back, so `work` leaves no trace but what it writes through its manager.
 * @param signal nothing more is begun once it is aborted
 */
export function inTransaction<T>(
  dataSource: DataSource,
  engine: Engine,
  work: (manager: EntityManager) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return repeated(
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

/** @param work calls `commit` when nothing but the commit is left: from there on the outcome may be unknown */
export async function repeated<T>(
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
      await setTimeout(Math.random() * PAUSE_MS * attempt);
    }
  }
}

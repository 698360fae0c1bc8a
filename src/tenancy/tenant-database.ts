import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { unavailable } from '../problem/problem.js';
import { ENGINE, type Engine } from './engine.js';
import { currentTenant } from './tenant.context.js';
import type { Tenant } from './tenant.entity.js';
import { type OpenTenant, PLACES, QUEUE_TOO_LONG, requireActive, TenantConnections } from './tenant-connections.js';

/** A transaction that the server rolled back is repeated: so often in all, after a pause of so long at most. */
const ATTEMPTS = 4;
const PAUSE_MS = 50;

/**
 * The rows of the tenant on whose behalf the work is done, and of no other. Features reach a database only through
 * `read` and `write`, and inside them use the manager they are given.
 */
@Injectable()
export class TenantDatabase {
  private readonly working = new AsyncLocalStorage<true>();

  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    private readonly connections: TenantConnections,
  ) {}

  /** Whether nothing is written while a read is under way; otherwise each of its statements sees what is committed by then. */
  get isStillInReads(): boolean {
    return !this.engine.readsDuringWrites;
  }

  /** Whether nothing can have been written since `tenant` was last worked for here: no other process may, and it is closed. */
  isAsleep(tenant: Tenant): boolean {
    return !this.engine.readsDuringWrites && !this.connections.isOpen(tenant);
  }

  /**
   * Work that only reads: sees committed rows. Done again when the server broke it off.
   * @throws Problem 503 when the database cannot be reached
   */
  read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.use(({ places }, { manager }) => places.runExclusive(() => this.repeat(() => work(manager)), 1));
  }

  /**
   * One transaction, the tenant's only one in this process while it runs: committed when `work` resolves, rolled back
   * when it rejects. `work` is done again when the server is known to have rolled it back, so it leaves no trace but
   * what it writes through its manager.
   * @throws Problem 503 when the database cannot be reached; was it lost during the commit, then the write may be done
   */
  write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const places = this.engine.readsDuringWrites ? 1 : PLACES;
    return this.use((tenant, dataSource) =>
      tenant.writers.runExclusive(() =>
        tenant.places.runExclusive(() => {
          requireActive(currentTenant()); // it may have left while others wrote
          return this.repeat((commit) => transaction(dataSource, work, commit));
        }, places),
      ),
    );
  }

  private async use<T>(work: (tenant: OpenTenant, dataSource: DataSource) => Promise<T>): Promise<T> {
    // A read inside a write would wait for the write to end, and the write for the read.
    if (this.working.getStore()) throw new Error('read and write do not nest: use the manager you were given');
    const tenant = this.connections.enter(currentTenant());
    try {
      const dataSource = await tenant.opening;
      return await this.working.run(true, () => work(tenant, dataSource));
    } catch (thrown) {
      if (thrown !== QUEUE_TOO_LONG && !this.engine.isUnavailable(thrown)) throw thrown;
      throw unavailable('database-unavailable', 'The database does not answer just now.', 5, thrown);
    } finally {
      this.connections.leave(tenant);
    }
  }

  private async repeat<T>(work: (commit: () => void) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      let committing = false;
      try {
        return await work(() => (committing = true));
      } catch (thrown) {
        if (committing || attempt === ATTEMPTS || !this.engine.isRolledBack(thrown)) throw thrown;
        await setTimeout(Math.random() * PAUSE_MS * attempt);
      }
    }
  }
}

/** @param commit called when nothing but the commit is left: from there on the outcome may be unknown */
function transaction<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
  commit: () => void,
): Promise<T> {
  return dataSource.transaction(async (manager) => {
    const result = await work(manager);
    commit();
    return result;
  });
}

import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { isTaskCancelledError, timeout, TimeoutStrategy } from 'cockatiel';
import type { DataSource, EntityManager } from 'typeorm';
import { away } from '../problem/problem.js';
import { ENGINE, type Engine } from '../database/engine.js';
import { currentTenant } from './tenant-context.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { type OpenTenant, PLACES, QUEUE_TOO_LONG, requireActive, TenantConnections } from './tenant-connections.js';
import { inTransaction, repeated } from '../database/transaction.js';

/** A caller is told by then that the database does not answer; what was begun for it is cut off by limits of its own. */
const DEADLINE_MS = 18_000;

type Work<T> = (tenant: OpenTenant, dataSource: DataSource, signal: AbortSignal) => Promise<T>;

/**
 * The rows of the tenant on whose behalf the work is done, and of no other. Features reach a database only through
 * `read` and `write`, and inside them use the manager they are given.
 */
@Injectable()
export class TenantDatabase {
  private readonly working = new AsyncLocalStorage<true>();
  private readonly deadline = timeout(DEADLINE_MS, TimeoutStrategy.Aggressive);

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
   * @throws Problem 503 when the database cannot be reached, or does not answer in time
   */
  read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.use(({ places }, { manager }, signal) =>
      places.runExclusive(() => repeated(this.engine, () => work(manager), signal), 1),
    );
  }

  /**
   * One transaction, the tenant's only one in this process while it runs: committed when `work` resolves, rolled back
   * when it rejects. `work` is done again when the server is known to have rolled it back, so it leaves no trace but
   * what it writes through its manager.
   * @throws Problem 503 when the database cannot be reached, or does not answer in time; was it lost during the commit,
   * or slow, then the write may be done
   */
  write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const places = this.engine.readsDuringWrites ? 1 : PLACES;
    return this.use((tenant, dataSource, signal) =>
      tenant.writers.runExclusive(() =>
        tenant.places.runExclusive(() => {
          requireActive(currentTenant()); // it may have left while others wrote
          if (!dataSource.isInitialized) throw away(new Error('It was suspended and resumed meanwhile'));
          return inTransaction(dataSource, this.engine, work, signal);
        }, places),
      ),
    );
  }

  private async use<T>(work: Work<T>): Promise<T> {
    // A read inside a write would wait for the write to end, and the write for the read.
    if (this.working.getStore()) throw new Error('read and write do not nest: use the manager you were given');
    const tenant = this.connections.enter(currentTenant());
    try {
      return await this.deadline.execute(({ signal }) => this.begin(tenant, work, signal));
    } catch (thrown) {
      const isLate = thrown === QUEUE_TOO_LONG || isTaskCancelledError(thrown);
      if (!isLate && !this.engine.isUnavailable(thrown)) throw thrown;
      throw away(thrown);
    }
  }

  /** It may outlast the deadline: the tenant stays open until it ends. */
  private async begin<T>(tenant: OpenTenant, work: Work<T>, signal: AbortSignal): Promise<T> {
    try {
      const dataSource = await tenant.opening;
      return await this.working.run(true, () => work(tenant, dataSource, signal));
    } finally {
      this.connections.leave(tenant);
    }
  }
}

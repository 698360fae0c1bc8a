import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { isTaskCancelledError, timeout, TimeoutStrategy } from 'cockatiel';
import type { DataSource, EntityManager } from 'typeorm';
import { DATABASE_DEADLINE_MS } from '../config/time-limits.js';
import { away } from '../problem/problem.js';
import { ENGINE, type Engine } from '../database/engine.js';
import { currentTenant } from './tenant-context.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { type OpenTenant, PERMITS, QUEUE_TOO_LONG, requireActive, TenantConnections } from './tenant-connections.js';
import { inTransaction, retryRolledBack } from '../database/transaction.js';

type Work<T> = (tenant: OpenTenant, dataSource: DataSource, signal: AbortSignal) => Promise<T>;

/**
 * The rows of the current tenant, and of no other. Features reach a database only through `read` and `write`, and inside
 * them use the manager they are given.
 */
@Injectable()
export class TenantDatabase {
  private readonly working = new AsyncLocalStorage<true>();
  private readonly deadline = timeout(DATABASE_DEADLINE_MS, TimeoutStrategy.Aggressive);

  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    private readonly connections: TenantConnections,
  ) {}

  /** Whether writes wait for reads. Where they do not, each statement of a read sees what is committed by then. */
  get readsBlockWrites(): boolean {
    return !this.engine.readsDuringWrites;
  }

  /** Whether nothing can have been written since the tenant was last open: it is closed, and no other process may write. */
  isClosed(tenant: Tenant): boolean {
    return !this.engine.readsDuringWrites && !this.connections.isOpen(tenant);
  }

  /**
   * Work that only reads: it sees committed rows, and is repeated when the server broke it off.
   * @throws Problem 503 when the database cannot be reached, or does not answer in time
   */
  read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.use(({ permits }, { manager }, signal) =>
      permits.runExclusive(() => retryRolledBack(this.engine, () => work(manager), signal), 1),
    );
  }

  /**
   * One transaction, the tenant's only one in this process while it runs: committed when `work` resolves, rolled back
   * when it rejects. It is repeated when the server is known to have rolled it back, so `work` must have no effect but
   * what it writes through its manager.
   * @throws Problem 503 when the database cannot be reached, or does not answer in time. The write may be done when the
   * connection was lost during the commit, or the commit was slow
   */
  write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const permits = this.engine.readsDuringWrites ? 1 : PERMITS;
    return this.use((tenant, dataSource, signal) =>
      tenant.writers.runExclusive(() =>
        tenant.permits.runExclusive(() => {
          requireActive(currentTenant()); // it may have been suspended while others wrote
          if (!dataSource.isInitialized) throw away(new Error('It was suspended and resumed meanwhile'));
          return inTransaction(dataSource, this.engine, work, signal);
        }, permits),
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

  /** The work may outlast the caller's deadline: the tenant stays open until it ends. */
  private async begin<T>(tenant: OpenTenant, work: Work<T>, signal: AbortSignal): Promise<T> {
    try {
      const dataSource = await tenant.opening;
      return await this.working.run(true, () => work(tenant, dataSource, signal));
    } finally {
      this.connections.leave(tenant);
    }
  }
}

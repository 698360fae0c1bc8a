import { Semaphore, withTimeout } from 'async-mutex';
import type { SqlServerUrl } from '../config/sql-server-url.js';
import { LIFECYCLE_PERMIT_TIMEOUT_MS } from '../config/time-limits.js';
import { away, invalidField } from '../problem/problem.js';
import { Busy, type Engine } from '../database/engine.js';
import * as problems from './tenant-problems.js';

/** Lets one operation at a time add, move or retire a tenant, and turns failures of the database into Problems. */
export class TenantLock {
  private readonly permits;

  /** @param atATime operations of this process, of two connections each; 0 when the pool has fewer than two */
  constructor(
    private readonly engine: Engine,
    private readonly atATime: number,
  ) {
    this.permits = withTimeout(new Semaphore(atATime), LIFECYCLE_PERMIT_TIMEOUT_MS, new Busy());
  }

  /**
   * Does `work` under the tenant's lock.
   * @param databaseUrl from the caller, who is told when it cannot be reached
   * @throws Problem 409 when others hold the lock for too long
   */
  async hold<T>(id: string, databaseUrl: SqlServerUrl | null | undefined, work: () => Promise<T>): Promise<T> {
    if (this.atATime === 0) throw problems.tooFewConnections();
    const there = () => (databaseUrl ? this.blameUrl(work) : work());
    return this.withProblems(() => this.permits.runExclusive(() => this.engine.withTenantLock(id, there)));
  }

  /** Does `work` without the lock. @throws Problem 503 when the database cannot be reached */
  async withProblems<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      if (thrown instanceof Busy) throw problems.busy();
      throw this.engine.isUnavailable(thrown) ? away(thrown) : thrown;
    }
  }

  /** The catalogue's own failures are Problems already, so any other is one of the database that the caller named. */
  private async blameUrl<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      if (!this.engine.isUnavailable(thrown)) throw thrown;
      throw invalidField('#/databaseUrl', 'cannot be reached: check host, database, login and network');
    }
  }
}

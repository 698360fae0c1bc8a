import { Semaphore, withTimeout } from 'async-mutex';
import type { SqlServerUrl } from '../config/sql-server-url.js';
import { away, invalidField } from '../problem/problem.js';
import { Busy, type Engine } from '../database/engine.js';
import * as refusal from './tenant-problems.js';

const TURN_TIMEOUT_MS = 10_000;

/** Lets nobody but one work on the life of a tenant, and says in words what the database does to the work. */
export class TenantTurn {
  private readonly places;

  /** @param atATime works of this process, each with two connections for as long as it lasts; 0 where there are not two */
  constructor(
    private readonly engine: Engine,
    private readonly atATime: number,
  ) {
    this.places = withTimeout(new Semaphore(atATime), TURN_TIMEOUT_MS, new Busy());
  }

  /** @param databaseUrl what the caller said of where the rows lie, for a bad one is the caller's fault */
  async alone<T>(id: string, databaseUrl: SqlServerUrl | null | undefined, work: () => Promise<T>): Promise<T> {
    if (this.atATime === 0) throw refusal.tooFewConnections();
    const there = () => (databaseUrl ? this.reaching(work) : work());
    return this.guarded(() => this.places.runExclusive(() => this.engine.alone(id, there)));
  }

  async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      if (thrown instanceof Busy) throw refusal.busy();
      throw this.engine.isUnavailable(thrown) ? away(thrown) : thrown;
    }
  }

  /** The catalogue's own failures are Problems by then: what is left is the database that the caller named. */
  private async reaching<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      if (!this.engine.isUnavailable(thrown)) throw thrown;
      throw invalidField('#/databaseUrl', 'cannot be reached: check host, database, login and network');
    }
  }
}

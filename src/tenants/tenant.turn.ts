import { Semaphore, withTimeout } from 'async-mutex';
import type { SqlServerUrl } from '../config/sql-server-url.js';
import { invalidField, unavailable } from '../problem/problem.js';
import { Busy, type Engine } from '../tenancy/engine.js';
import * as refusal from './tenant.refusal.js';

const TURN_TIMEOUT_MS = 10_000;

/** Lets nobody but one work on the life of a tenant, and says in words what the database does to the work. */
export class TenantTurn {
  private readonly places;

  /** @param atATime works of this process, each with two connections for as long as it lasts */
  constructor(
    private readonly engine: Engine,
    atATime: number,
  ) {
    this.places = withTimeout(new Semaphore(atATime), TURN_TIMEOUT_MS, new Busy());
  }

  /** @param databaseUrl what the caller said of where the rows lie, for a bad one is the caller's fault */
  alone<T>(id: string, databaseUrl: SqlServerUrl | null | undefined, work: () => Promise<T>): Promise<T> {
    return this.guarded(() => this.places.runExclusive(() => this.engine.alone(id, work)), databaseUrl);
  }

  async guarded<T>(work: () => Promise<T>, databaseUrl?: SqlServerUrl | null): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      if (thrown instanceof Busy) throw refusal.busy();
      if (!this.engine.isUnavailable(thrown)) throw thrown;
      if (databaseUrl)
        throw invalidField('#/databaseUrl', 'cannot be reached: check host, database, login and network');
      throw unavailable('database-unavailable', 'The database does not answer just now.', 5, thrown);
    }
  }
}

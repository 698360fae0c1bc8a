import { Semaphore, withTimeout } from 'async-mutex';
import mssql from 'mssql';
import { ACQUIRE_TIMEOUT_MS, LOAN_TIMEOUT_MS } from '../../config/time-limits.js';

export interface Connection {
  inTransaction: boolean;
  close(): void;
}

/** The owner of the connections: the pool. */
export interface Lender {
  readonly config: object;
  readonly collation: unknown;
  lend(borrower: unknown): Promise<Connection>;
  takeBack(connection: Connection): void;
  /** A lease begins. */
  enter(): void;
  /** A lease ends. */
  leave(): void;
}

/** Limits of a lease. */
export interface Terms {
  /** Largest number of connections at a time. */
  share: number;
  /** Migrations and exports: loans have no time limit. */
  isMaintenance: boolean;
}

type Done<T extends unknown[]> = (error: unknown, ...result: T) => void;

interface Loan {
  leave: () => void;
  limit: NodeJS.Timeout | undefined;
}

/** A share of the pool, which a DataSource uses as a pool of its own. Closing it closes no connection. */
export class Lease {
  connected = false;
  private readonly permits: Semaphore;
  private readonly loans = new Map<Connection, Loan>();

  constructor(
    private readonly lender: Lender,
    private readonly terms: Terms,
  ) {
    this.permits = withTimeout(new Semaphore(terms.share), ACQUIRE_TIMEOUT_MS, new NoPermit()) as Semaphore;
  }

  get config(): object {
    return this.lender.config;
  }

  get collation(): unknown {
    return this.lender.collation;
  }

  // The pool reports the errors of its connections.
  on(): this {
    return this;
  }

  connect(done: Done<[]> = () => undefined): this {
    this.connected = true;
    this.lender.enter();
    process.nextTick(done, null);
    return this;
  }

  close(done: Done<[]> = () => undefined): void {
    if (this.connected) this.lender.leave();
    this.connected = false;
    process.nextTick(done, null);
  }

  transaction(): mssql.Transaction {
    return new mssql.Transaction(this as unknown as mssql.ConnectionPool);
  }

  acquire(borrower: unknown, done: Done<[Connection, object]>): void {
    this.borrow(borrower).then(
      (connection) => process.nextTick(done, null, connection, this.config),
      (error: unknown) => process.nextTick(done, error),
    );
  }

  release(connection: Connection): void {
    // A time limit ended the work in the middle of its transaction: the connection cannot be used again.
    if (connection.inTransaction) connection.close();
    this.lender.takeBack(connection);
    const loan = this.loans.get(connection);
    this.loans.delete(connection);
    clearTimeout(loan?.limit);
    loan?.leave();
  }

  private async borrow(borrower: unknown): Promise<Connection> {
    const [, leave] = await this.permits.acquire();
    try {
      const connection = await this.lender.lend(borrower);
      const limit = this.terms.isMaintenance
        ? undefined
        : setTimeout(() => connection.close(), LOAN_TIMEOUT_MS).unref();
      this.loans.set(connection, { leave, limit });
      return connection;
    } catch (thrown) {
      leave();
      throw thrown;
    }
  }
}

class NoPermit extends Error {
  readonly code = 'ETIMEOUT';
  override message = 'Every connection that one tenant may hold is in use';
}

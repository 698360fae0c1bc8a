import { Semaphore, withTimeout } from 'async-mutex';
import mssql from 'mssql';

/** For a place in the borrower's share, and then for a connection: a full pool is an error in twice this time. */
export const ACQUIRE_TIMEOUT_MS = 4_000;

/**
 * Whoever has a connection for longer loses it: the driver's own limit for a statement ends with the first byte of the
 * answer, and a server that stalls after that would keep the connection, and its place, for ever.
 */
const LOAN_TIMEOUT_MS = 20_000;

export interface Connection {
  inTransaction: boolean;
  close(): void;
}

/** Who owns the connections. */
export interface Lender {
  readonly config: object;
  readonly collation: unknown;
  lend(borrower: unknown): Promise<Connection>;
  takeBack(connection: Connection): void;
  /** A lease begins, and ends. */
  enter(): void;
  leave(): void;
}

/** How connections are lent. */
export interface Terms {
  /** Connections at a time. */
  share: number;
  /** Work that may take as long as it takes. */
  isPatient: boolean;
}

type Done<T extends unknown[]> = (error: unknown, ...result: T) => void;

interface Loan {
  leave: () => void;
  limit: NodeJS.Timeout | undefined;
}

/** What a DataSource takes for a pool of its own. Closing it closes nothing that others use. */
export class Lease {
  connected = false;
  private readonly places: Semaphore;
  private readonly loans = new Map<Connection, Loan>();

  constructor(
    private readonly lender: Lender,
    private readonly terms: Terms,
  ) {
    this.places = withTimeout(new Semaphore(terms.share), ACQUIRE_TIMEOUT_MS, new NoPlace()) as Semaphore;
  }

  get config(): object {
    return this.lender.config;
  }

  get collation(): unknown {
    return this.lender.collation;
  }

  // The errors of the connections are their owner's business.
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
    // Its transaction was neither committed nor rolled back, a time limit came between: nobody else may get it.
    if (connection.inTransaction) connection.close();
    this.lender.takeBack(connection);
    const loan = this.loans.get(connection);
    this.loans.delete(connection);
    clearTimeout(loan?.limit);
    loan?.leave();
  }

  private async borrow(borrower: unknown): Promise<Connection> {
    const [, leave] = await this.places.acquire();
    try {
      const connection = await this.lender.lend(borrower);
      const limit = this.terms.isPatient ? undefined : setTimeout(() => connection.close(), LOAN_TIMEOUT_MS).unref();
      this.loans.set(connection, { leave, limit });
      return connection;
    } catch (thrown) {
      leave();
      throw thrown;
    }
  }
}

class NoPlace extends Error {
  readonly code = 'ETIMEOUT';
  override message = 'Every connection that one tenant may hold is in use';
}

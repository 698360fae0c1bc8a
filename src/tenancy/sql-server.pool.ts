import { Logger } from '@nestjs/common';
import { Semaphore, withTimeout } from 'async-mutex';
import mssql from 'mssql';
import type { SqlServerUrl } from '../config/sql-server-url.js';
import type { PoolUse } from './engine.js';

const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 15_000;
/** For a place in the tenant's share, and then for a connection: a full pool is an error in twice this time. */
const ACQUIRE_TIMEOUT_MS = 4_000;

// A Date in a query is as exact as the columns are; the driver's default is DATETIME, in steps of 3.33 ms.
mssql.map.register(Date, mssql.DateTime2(3));

/** What TypeORM calls a driver: the module `mssql`, or one that acts like it. */
export type DriverModule = object;

interface Connection {
  inTransaction: boolean;
  close(): void;
}

/** What a pool of the driver does for those who borrow of it, beyond what its types say. */
interface Lender {
  readonly config: object;
  readonly collation: unknown;
  acquire(borrower: unknown): Promise<Connection>;
  release(connection: Connection): void;
}

/**
 * The connections to one database under one login. Each DataSource is lent some through a driver module of its own,
 * so that a thousand tenants hold no more connections than one.
 */
export class SharedPool {
  private readonly logger = new Logger('SqlServer');
  private readonly pool: mssql.ConnectionPool & Lender;
  private answers = true;

  constructor(
    private readonly url: SqlServerUrl,
    readonly max: number,
  ) {
    this.pool = new mssql.ConnectionPool({
      server: url.host,
      port: url.port,
      database: url.database,
      user: url.user,
      password: url.reveal().password,
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      options: {
        encrypt: url.encrypt,
        trustServerCertificate: url.trustServerCertificate,
        useUTC: true,
        enableArithAbort: true,
        appName: 'atrium',
      },
      pool: { max, min: 0, acquireTimeoutMillis: ACQUIRE_TIMEOUT_MS },
    }) as mssql.ConnectionPool & Lender;
    this.pool.on('error', (error: Error) => this.report(error));
  }

  /**
   * A driver module whose pool is a lease of this one.
   * @param share connections it may hold at a time
   * @param requestTimeoutMs for every statement, when the usual time is too short
   */
  driver(share = this.max, requestTimeoutMs?: number): DriverModule {
    const lend = () => new Lease(this, share);
    return {
      ...mssql,
      ConnectionPool: function () {
        return lend();
      },
      Request: class extends mssql.Request {
        constructor(parent: mssql.ConnectionPool) {
          super(...([parent, { requestTimeout: requestTimeoutMs }] as unknown as [mssql.ConnectionPool]));
        }
      },
    };
  }

  get lender(): Lender {
    return this.pool;
  }

  get use(): PoolUse {
    const { max } = this;
    if (!this.pool.connected) return { used: 0, idle: 0, waiting: 0, max }; // there is nothing yet to be asked
    return { used: this.pool.borrowed, idle: this.pool.available, waiting: this.pool.pending, max };
  }

  async query<T>(text: string): Promise<T[]> {
    await this.connect();
    return (await this.pool.query<T>(text)).recordset;
  }

  async acquire(borrower: unknown): Promise<Connection> {
    try {
      await this.connect();
      const connection = await this.pool.acquire(borrower);
      if (!this.answers) this.logger.log(`${this.url.toString()} answers again`);
      this.answers = true;
      return connection;
    } catch (thrown) {
      const error = thrown as Error & { code?: string };
      error.code ??= 'ETIMEOUT'; // the pool gives none when every connection is taken for too long
      this.report(error);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.pool.close();
  }

  /** When it fails, the next one tries again. */
  private async connect(): Promise<void> {
    if (!this.pool.connected) await this.pool.connect();
  }

  private report(error: Error): void {
    if (this.answers) this.logger.warn(`${this.url.toString()} does not answer: ${error.message}`);
    this.answers = false;
  }
}

type Done<T extends unknown[]> = (error: unknown, ...result: T) => void;

/** What a DataSource takes for a pool of its own. Closing it closes nothing that others use. */
class Lease {
  connected = false;
  private readonly places: Semaphore;
  private readonly leave = new Map<Connection, () => void>();

  constructor(
    private readonly shared: SharedPool,
    share: number,
  ) {
    this.places = withTimeout(new Semaphore(share), ACQUIRE_TIMEOUT_MS, new NoPlace()) as Semaphore;
  }

  get config(): object {
    return this.shared.lender.config;
  }

  get collation(): unknown {
    return this.shared.lender.collation;
  }

  // The errors of the connections are their owner's business.
  on(): this {
    return this;
  }

  connect(done: Done<[]>): this {
    this.connected = true;
    process.nextTick(done, null);
    return this;
  }

  close(done: Done<[]>): void {
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
    this.shared.lender.release(connection);
    this.leave.get(connection)?.();
    this.leave.delete(connection);
  }

  private async borrow(borrower: unknown): Promise<Connection> {
    const [, leave] = await this.places.acquire();
    try {
      const connection = await this.shared.acquire(borrower);
      this.leave.set(connection, leave);
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

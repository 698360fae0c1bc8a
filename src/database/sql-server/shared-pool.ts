import { Logger } from '@nestjs/common';
import mssql from 'mssql';
import type { SqlServerUrl } from '../../config/sql-server-url.js';
import {
  ACQUIRE_TIMEOUT_MS,
  CANCEL_TIMEOUT_MS,
  CONNECT_TIMEOUT_MS,
  MAINTENANCE_STATEMENT_TIMEOUT_MS,
  PROVEN_CONNECTION_MS,
  STATEMENT_TIMEOUT_MS,
} from '../../config/time-limits.js';
import type { PoolUse } from '../engine.js';
import { type Connection, Lease, type Lender, type Terms } from './lease.js';

// A Date in a query is as exact as the columns. The driver's default is DATETIME, in steps of 3.33 ms.
mssql.map.register(Date, mssql.DateTime2(3));

/** TypeORM's driver: the module `mssql`, or an object with the same exports. */
export type DriverModule = object;

/** Members of the driver's pool that its types leave out. */
type Pool = mssql.ConnectionPool & {
  readonly config: object;
  readonly collation: unknown;
  acquire(borrower: unknown): Promise<PooledConnection>;
  release(connection: Connection): void;
  /** Asks the server whether the connection works. */
  _poolValidate(connection: Connection): Promise<boolean>;
};
interface PooledConnection extends Connection {
  /** `LoggedIn`: ready for a request. */
  state: { name: string };
}

/**
 * The connections to one database under one login. Each DataSource borrows from it through a driver module of its own,
 * so a thousand tenants hold no more connections than one.
 */
export class SharedPool implements Lender {
  private readonly logger = new Logger('SqlServer');
  private readonly pool: Pool;
  private readonly workedAtMs = new WeakMap<Connection, number>();
  private answers = true;
  private leases = 0;
  private isClosed = false;

  /** @param onIdle called when the last lease has ended */
  constructor(
    private readonly url: SqlServerUrl,
    private readonly max: number,
    private readonly onIdle: () => void,
  ) {
    this.pool = new mssql.ConnectionPool({
      server: url.host,
      port: url.port,
      database: url.database,
      user: url.user,
      password: url.reveal().password,
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: STATEMENT_TIMEOUT_MS,
      options: {
        encrypt: url.encrypt,
        trustServerCertificate: url.trustServerCertificate,
        useUTC: true,
        enableArithAbort: true,
        cancelTimeout: CANCEL_TIMEOUT_MS,
        appName: 'atrium',
      },
      pool: {
        max,
        min: 0,
        acquireTimeoutMillis: ACQUIRE_TIMEOUT_MS,
        validate: (connection: PooledConnection) => this.isGood(connection),
      },
    } as mssql.config) as Pool;
    this.pool.on('error', (error: Error) => this.report(error));
  }

  /** A driver module whose pool is a lease: of half the connections, so that one tenant cannot take them all. */
  driver({ share = Math.ceil(this.max / 2), isMaintenance = false }: Partial<Terms> = {}): DriverModule {
    const lend = () => new Lease(this, { share, isMaintenance });
    const limits = isMaintenance ? { requestTimeout: MAINTENANCE_STATEMENT_TIMEOUT_MS } : {};
    return {
      ...mssql,
      ConnectionPool: function () {
        return lend();
      },
      Request: class extends mssql.Request {
        constructor(parent: mssql.ConnectionPool) {
          super(...([parent, limits] as unknown as [mssql.ConnectionPool]));
        }
      },
    };
  }

  /** One statement, of no tenant. */
  async query<T>(text: string): Promise<T[]> {
    const lease = new Lease(this, { share: 1, isMaintenance: false }).connect();
    try {
      const { recordset } = await new mssql.Request(lease as unknown as mssql.ConnectionPool).query<T>(text);
      return recordset ?? []; // undefined when the statement selected nothing
    } finally {
      lease.close();
    }
  }

  get use(): PoolUse {
    const { max } = this;
    if (!this.pool.connected) return { used: 0, idle: 0, waiting: 0, max }; // it has no figures yet
    return { used: this.pool.borrowed, idle: this.pool.available, waiting: this.pool.pending, max };
  }

  get config(): object {
    return this.pool.config;
  }

  get collation(): unknown {
    return this.pool.collation;
  }

  async lend(borrower: unknown): Promise<Connection> {
    // A late borrower would open it again, and nobody would close it.
    if (this.isClosed) throw Object.assign(new Error('The pool is closed'), { code: 'ENOTOPEN' });
    try {
      if (!this.pool.connected) await this.pool.connect(); // when it fails, the next borrower tries again
      const connection = await this.pool.acquire(borrower);
      if (!this.answers) this.logger.log(`${this.url.toString()} answers again`);
      this.answers = true;
      return connection;
    } catch (thrown) {
      const error = thrown as Error & { code?: string };
      error.code ??= 'ETIMEOUT'; // the pool sets none when every connection stays taken
      error.message = `${this.url.toString()} does not answer: ${error.message}.`;
      this.report(error);
      throw error;
    }
  }

  takeBack(connection: Connection): void {
    this.workedAtMs.set(connection, performance.now());
    this.pool.release(connection);
  }

  enter(): void {
    this.leases++;
  }

  leave(): void {
    if (--this.leases === 0) this.onIdle();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.pool.close();
  }

  private isGood(connection: PooledConnection): boolean | Promise<boolean> {
    if (connection.state.name !== 'LoggedIn') return false;
    const worked = this.workedAtMs.get(connection) ?? -Infinity;
    return performance.now() - worked < PROVEN_CONNECTION_MS || this.pool._poolValidate(connection);
  }

  private report(error: Error): void {
    if (this.answers) this.logger.warn(error.message);
    this.answers = false;
  }
}

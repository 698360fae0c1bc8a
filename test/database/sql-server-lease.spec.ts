import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Connection, Lease, type Lender, type Terms } from '../../src/database/sql-server/lease.js';

const STATEMENT_TIMEOUT_MS = 15_000;
const HOUR_MS = 3_600_000;

describe('a connection on loan', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick'] }));
  afterEach(() => void jest.useRealTimers());

  it('is closed when it is held for longer than any statement may take', async () => {
    const connection = await borrow(leaseOf(new LenderOfMany()));
    jest.advanceTimersByTime(STATEMENT_TIMEOUT_MS);
    expect(connection.closed).toBe(0);
    jest.advanceTimersByTime(STATEMENT_TIMEOUT_MS);
    expect(connection.closed).toBe(1);
  });

  it('is left alone once it is back, for whoever has it by then', async () => {
    const lender = new LenderOfMany();
    const lease = leaseOf(lender);
    const connection = await borrow(lease);
    lease.release(connection);
    jest.advanceTimersByTime(HOUR_MS);
    expect(lender.back).toEqual([connection]);
    expect(connection.closed).toBe(0);
  });

  it('is closed before it goes back when its transaction was not ended', async () => {
    const lease = leaseOf(new LenderOfMany());
    const connection = await borrow(lease);
    connection.inTransaction = true;
    lease.release(connection);
    expect(connection.closed).toBe(1);
  });

  it('may take as long as it takes when it is for a migration', async () => {
    const connection = await borrow(leaseOf(new LenderOfMany(), { share: 1, isMaintenance: true }));
    jest.advanceTimersByTime(HOUR_MS);
    expect(connection.closed).toBe(0);
  });

  it('counts towards the share of its borrower until it is back', async () => {
    const lease = leaseOf(new LenderOfMany());
    const first = await borrow(lease);
    const refused = borrow(lease);
    jest.advanceTimersByTime(HOUR_MS);
    await expect(refused).rejects.toMatchObject({ code: 'ETIMEOUT' });
    lease.release(first);
    await expect(borrow(lease)).resolves.toBeInstanceOf(Lent);
  });
});

class Lent implements Connection {
  inTransaction = false;
  closed = 0;

  close(): void {
    this.closed++;
  }
}

class LenderOfMany implements Lender {
  readonly config = {};
  readonly collation = undefined;
  readonly back: Connection[] = [];

  lend(): Promise<Connection> {
    return Promise.resolve(new Lent());
  }

  takeBack(connection: Connection): void {
    this.back.push(connection);
  }

  enter(): void {}

  leave(): void {}
}

function leaseOf(lender: Lender, terms: Terms = { share: 1, isMaintenance: false }): Lease {
  return new Lease(lender, terms);
}

function borrow(lease: Lease): Promise<Lent> {
  return new Promise((resolve, reject) =>
    lease.acquire(undefined, (error, connection) => (error ? reject(error) : resolve(connection as Lent))),
  );
}

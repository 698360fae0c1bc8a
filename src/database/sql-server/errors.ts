import mssql from 'mssql';
import { QueryFailedError } from 'typeorm';

/**
 * What an error of the driver means for the transaction it was thrown in:
 * - `victim`: the server rolled it back so that others could go on;
 * - `lost`: its connection is gone, and what was not committed is gone with it;
 * - `unavailable`: the server, or a connection to it, cannot be had in time.
 * Undefined: the statement itself was refused.
 */
export type Fault = 'victim' | 'lost' | 'unavailable' | undefined;

interface DriverError {
  /** The driver's word. */
  code?: unknown;
  /** The server's number, and the severity it gave it. */
  number?: unknown;
  class?: unknown;
}

// 1205: deadlock. 3960, 3961: update conflict and schema change under snapshot isolation.
const VICTIM = new Set([1205, 3960, 3961]);

const LOST = /^(ECONNRESET|ECONNCLOSED|EINVALIDSTATE|EPIPE|ENOTBEGUN|EABORT|ERR_(STREAM|SOCKET|SSL|TLS)_.*)$/;

const UNAVAILABLE =
  /^(ESOCKET|ETIMEOUT|ELOGIN|EINSTLOOKUP|ENOCONN|ENOTOPEN|ECLOSE|ECONNREFUSED|EHOSTUNREACH|ENOTFOUND|ETIMEDOUT|EAI_AGAIN)$/;

// The server's own "not now": starting, stopping, failing over, out of memory, locks, space, log or workers; throttled
// (Azure SQL).
// prettier-ignore
const NOT_NOW = new Set([
  596, 701, 802, 845, 904, 921, 922, 942, 945, 952, 976, 978, 983, 1101, 1105, 1204, 1222, 3906, 4060, 6005, 8645,
  8651, 9001, 9002, 17142, 18401, 18456, 40544,
  10928, 10929, 40143, 40197, 40501, 40540, 40613, 42108, 42109, 49918, 49919, 49920,
]);

// From this severity on the server ends the connection.
const FATAL_SEVERITY = 20;

export function faultOf(thrown: unknown): Fault {
  const error: DriverError = thrown instanceof QueryFailedError ? thrown.driverError : (thrown ?? {});
  if (VICTIM.has(error.number as number)) return 'victim';
  if (LOST.test(String(error.code)) || Number(error.class) >= FATAL_SEVERITY || isOfTheSocket(error)) return 'lost';
  if (UNAVAILABLE.test(String(error.code)) || NOT_NOW.has(error.number as number)) return 'unavailable';
  return undefined;
}

/** What the server says has a number, what the driver says a code of its own; what it passes on of a socket has neither. */
function isOfTheSocket(error: DriverError): boolean {
  const { code, number } = error;
  const isNamed = typeof number === 'number' || (code !== undefined && code !== 'EREQUEST');
  return error instanceof mssql.MSSQLError && !isNamed;
}

import mssql from 'mssql';
import { QueryFailedError } from 'typeorm';

/**
 * The meaning of a driver's error for the transaction it was thrown in:
 * - `victim`: the server rolled it back so that others could go on;
 * - `lost`: its connection broke, so the server rolls back whatever was not committed;
 * - `unavailable`: the server does not answer in time, or refuses for a reason that passes.
 * Undefined: the server refused the statement itself.
 */
export type Fault = 'victim' | 'lost' | 'unavailable' | undefined;

interface DriverError {
  /** Set by the driver. */
  code?: unknown;
  /** Number and severity of the server's message. */
  number?: unknown;
  class?: unknown;
}

// 1205: deadlock. 3960, 3961: update conflict and schema change under snapshot isolation.
const VICTIM = new Set([1205, 3960, 3961]);

const LOST = /^(ECONNRESET|ECONNCLOSED|EINVALIDSTATE|EPIPE|ENOTBEGUN|EABORT|ERR_(STREAM|SOCKET|SSL|TLS)_.*)$/;

const UNAVAILABLE =
  /^(ESOCKET|ETIMEOUT|ELOGIN|EINSTLOOKUP|ENOCONN|ENOTOPEN|ECLOSE|ECONNREFUSED|EHOSTUNREACH|ENOTFOUND|ETIMEDOUT|EAI_AGAIN)$/;

// Refusals that pass: the server is starting, stopping or failing over; it lacks memory, locks, space, log or workers;
// Azure SQL throttles.
// prettier-ignore
const NOT_NOW = new Set([
  596, 701, 802, 845, 904, 921, 922, 942, 945, 952, 976, 978, 983, 1101, 1105, 1204, 1222, 3906, 4060, 6005, 8645,
  8651, 9001, 9002, 17142, 18401, 18456, 40544,
  10928, 10929, 40143, 40197, 40501, 40540, 40613, 42108, 42109, 49918, 49919, 49920,
]);

// The server ends the connection at this severity and above.
const FATAL_SEVERITY = 20;

export function faultOf(thrown: unknown): Fault {
  const error: DriverError = thrown instanceof QueryFailedError ? thrown.driverError : (thrown ?? {});
  if (VICTIM.has(error.number as number)) return 'victim';
  if (LOST.test(String(error.code)) || Number(error.class) >= FATAL_SEVERITY || isSocketError(error)) return 'lost';
  if (UNAVAILABLE.test(String(error.code)) || NOT_NOW.has(error.number as number)) return 'unavailable';
  return undefined;
}

/** The server's messages have a number, the driver's errors a code. An error passed on from the socket has neither. */
function isSocketError(error: DriverError): boolean {
  const { code, number } = error;
  const isNamed = typeof number === 'number' || (code !== undefined && code !== 'EREQUEST');
  return error instanceof mssql.MSSQLError && !isNamed;
}

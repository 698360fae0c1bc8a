import { describe, expect, it } from '@jest/globals';
import mssql from 'mssql';
import { QueryFailedError } from 'typeorm';
import { faultOf } from '../../src/database/sql-server/errors.js';

describe('an error of SQL Server', () => {
  it.each([
    ['a deadlock', fromServer(1205, 13), 'victim'],
    ['an update conflict under snapshot isolation', fromServer(3960, 16), 'victim'],
    ['a session that was killed', fromServer(596, 21), 'lost'],
    ['a connection that was reset', coded('ECONNRESET'), 'lost'],
    ['a socket error that came without its code', new mssql.TransactionError('Error: read ECONNRESET'), 'lost'],
    ['a socket error within a request', coded('EREQUEST'), 'lost'],
    ['a parameter of the wrong kind', coded('EARGS'), undefined],
    ['a transaction that the server rolled back', coded('EABORT'), 'lost'],
    ['a server that cannot be reached', coded('ESOCKET'), 'unavailable'],
    ['a statement that took too long', coded('ETIMEOUT'), 'unavailable'],
    ['a database that fails over', fromServer(983, 14), 'unavailable'],
    ['a broken reference', fromServer(547, 16), undefined],
    ['a duplicate', fromServer(2627, 14), undefined],
    ['a mistake of ours', new TypeError('x is not a function'), undefined],
  ])('is told what it is: %s', (_, error, fault) => {
    expect(faultOf(error)).toBe(fault);
    expect(faultOf(new QueryFailedError('SELECT 1', [], error))).toBe(fault);
  });
});

function fromServer(number: number, severity: number): Error {
  return Object.assign(coded('EREQUEST'), { number, class: severity });
}

function coded(code: string): Error {
  return Object.assign(new mssql.RequestError('As the driver says'), { code });
}

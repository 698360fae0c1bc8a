import { invalidField, Problem } from '../problem/problem.js';
import type { Tenant } from '../catalogue/tenant.entity.js';

// The reasons why a tenant is not added, changed or retired, each with what to do about it.

export const unknown = (id: string) => new Problem(404, 'not-found', `There is no tenant "${id}".`);

export const exists = (id: string) => new Problem(409, 'tenant-exists', `There is a tenant "${id}" already.`);

export const busy = () =>
  new Problem(409, 'tenant-busy', 'Tenants are being added or retired just now. Try again in a few seconds.', {
    retryAfterSeconds: 5,
  });

export const tooFewConnections = () =>
  new Problem(
    409,
    'connections-too-few',
    'This takes two connections, and DATABASE_POOL_MAX is 1. Raise it, or use "atrium tenants", which has its own.',
  );

export const occupied = ({ id }: Tenant) =>
  new Problem(
    409,
    'schema-occupied',
    `The place for the rows of "${id}" is not empty, and no tenant owns it. Look what it is, and remove it.`,
  );

export const noDatabaseUrls = () =>
  invalidField('#/databaseUrl', 'is for Atrium on SQL Server; this one keeps every tenant in a file of its own');

export const notMade = (id: string, cause: unknown) =>
  new Problem(
    409,
    'schema-not-made',
    `The database refused to make the schema of "${id}"; nothing was changed. The login of this service may not have the right: "atrium tenants add" with the migrator's does it.`,
    { cause },
  );

export const active = (id: string) =>
  new Problem(409, 'tenant-active', `"${id}" is active. Suspend it first, and make sure that nobody misses it.`);

const notMoved = (code: string, detail: string, cause?: unknown) =>
  new Problem(409, code, `${detail} Nothing was changed.`, cause === undefined ? {} : { cause });

export const nothingThere = ({ id, schema }: Tenant) =>
  notMoved('schema-missing', `The database of that URL has nothing in a schema ${schema}. Copy that of "${id}" first.`);

export const unreadableThere = ({ id, schema }: Tenant, cause: unknown) =>
  notMoved(
    'schema-unreadable',
    `The schema ${schema} in the database of that URL cannot be read as that of "${id}". Copy all its tables, and let the login read and write them.`,
    cause,
  );

export const unreadableHere = ({ id }: Tenant, cause: unknown) =>
  notMoved(
    'schema-unreadable',
    `The present rows of "${id}" cannot be read, so nobody can tell whether the copy has them all.`,
    cause,
  );

export const otherRows = ({ id, schema }: Tenant) =>
  notMoved(
    'schema-other',
    `The schema ${schema} in the database of that URL is no copy of the present one of "${id}": its epoch differs. Copy the table Revision, too.`,
  );

export const olderRows = ({ id }: Tenant, there: number, here: number) =>
  notMoved(
    'schema-older',
    `The copy of "${id}" is at revision ${there}, its present rows are at ${here}: somebody wrote after it was made. Copy anew.`,
  );

export const retiring = (id: string) =>
  new Problem(409, 'tenant-retiring', `"${id}" is being retired. Finish that; afterwards its id is free again.`);

export const unconfirmed = () => {
  const error = { pointer: '#/confirm', detail: 'takes the id of the tenant, typed again' };
  return new Problem(400, 'query-invalid', `${error.pointer} ${error.detail}`, { errors: [error] });
};

export const notExported = (id: string, cause: unknown) =>
  new Problem(
    409,
    'export-not-kept',
    `The export of "${id}" could not be kept; nothing was removed. Let EXPORT_FOLDER be a folder with room that the service may write to, and the schema be up to date ("atrium migrate --tenant ${id}").`,
    { cause },
  );

export const writtenSince = (id: string) =>
  new Problem(409, 'tenant-written', `"${id}" was written to after its export; nothing was removed. Try again.`, {
    retryAfterSeconds: 2,
  });

export const notDropped = (id: string, cause: unknown) =>
  new Problem(
    409,
    'schema-not-dropped',
    `The schema of "${id}" could not be removed. The login of this service may not have the right: "atrium tenants retire" with the migrator's does it.`,
    { cause },
  );

import type { EntityManager } from 'typeorm';
import type { Version } from '../../revision/revision.entity.js';
import { WrittenSince } from '../engine.js';

/** Sends a statement: the manager or the runner of a transaction. */
interface Sender {
  query(statement: string, parameters?: unknown[]): Promise<unknown>;
}

/** What sp_getapplock gives to one of those that wait for each other; its transaction is to be repeated. */
const DEADLOCK = -3;

/**
 * Takes a lock that goes with the sender's transaction.
 * @returns whether it was given within the time
 */
export async function takeLock(sender: Sender, resource: string, waitMs: number): Promise<boolean> {
  const [{ granted }] = (await sender.query(
    `DECLARE @granted INT; EXEC @granted = sp_getapplock @Resource = @0, @LockMode = 'Exclusive', ` +
      `@LockOwner = 'Transaction', @LockTimeout = ${waitMs}; SELECT @granted AS "granted"`,
    [resource],
  )) as [{ granted: number }];
  if (granted === DEADLOCK) throw Object.assign(new Error(`Deadlock over the lock "${resource}"`), { number: 1205 });
  return granted >= 0;
}

// Schema names are made of letters, digits and _ alone.

/** Whatever lies in a schema. */
export function selectObjects(schema: string): string {
  return `SELECT o.name AS "name" FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id WHERE s.name = '${schema}'`;
}

export function selectTables(schema: string): string {
  return `SELECT t.name AS "name" FROM sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id WHERE s.name = '${schema}'`;
}

/**
 * Removes the tables of a schema, and the schema; what else was put there by hand keeps it from going.
 * @throws WrittenSince when its revision is no longer the one seen
 */
export async function dropSchema(manager: EntityManager, schema: string, seen?: Version): Promise<void> {
  const names = async (statement: string) => (await manager.query(statement)) as { name: string; table: string }[];
  if ((await names(`SELECT s.name AS "name" FROM sys.schemas s WHERE s.name = '${schema}'`)).length === 0) return;
  if (seen) await requireUnwritten(manager, schema, seen);
  const keys = await names(
    `SELECT k.name AS "name", t.name AS "table" FROM sys.foreign_keys k JOIN sys.tables t ON t.object_id = k.parent_object_id ` +
      `JOIN sys.schemas s ON s.schema_id = t.schema_id WHERE s.name = '${schema}'`,
  );
  for (const { name, table } of keys)
    await manager.query(`ALTER TABLE "${schema}"."${table}" DROP CONSTRAINT "${name}"`);
  const tables = await names(selectTables(schema));
  for (const { name } of tables) await manager.query(`DROP TABLE "${schema}"."${name}"`);
  await manager.query(`DROP SCHEMA "${schema}"`);
}

/** The lock of the row keeps writers away until the transaction ends. */
async function requireUnwritten(manager: EntityManager, schema: string, { epoch, revision }: Version): Promise<void> {
  const table = `"${schema}"."Revision"`;
  await manager.query(`UPDATE ${table} SET "Value" = "Value" WHERE "Id" = 1`);
  const [row] = (await manager.query(`SELECT "Value" AS "value", "Epoch" AS "epoch" FROM ${table} WHERE "Id" = 1`)) as {
    value: number;
    epoch: string;
  }[];
  if (row?.value !== revision || row.epoch !== epoch) throw new WrittenSince();
}

import type { EntityManager } from 'typeorm';
import { isSame, lockRevision, type Version } from '../../revision/revision.entity.js';
import { WrittenSince } from '../engine.js';

/** The manager or the runner of a transaction. */
interface Sender {
  query(statement: string, parameters?: unknown[]): Promise<unknown>;
}

/** Result of sp_getapplock for a deadlock's victim. Its transaction can be repeated. */
const DEADLOCK = -3;

/**
 * Takes a lock that the sender's transaction holds to its end.
 * @returns false when it was not free within the time
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

// Statements here contain schema names unescaped: they consist of letters, digits and _.

/** Selects the names of a schema's tables and all its other objects. */
export function selectObjects(schema: string): string {
  return `SELECT o.name AS "name" FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id WHERE s.name = '${schema}'`;
}

export function selectTables(schema: string): string {
  return `SELECT t.name AS "name" FROM sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id WHERE s.name = '${schema}'`;
}

/**
 * Removes the tables of a schema and then the schema, which fails when anything else was made in it by hand.
 * @param manager knows the entity Revision
 * @throws WrittenSince when its version is no longer the one seen
 */
export async function dropSchema(manager: EntityManager, schema: string, seen?: Version): Promise<void> {
  const names = async (statement: string) => (await manager.query(statement)) as { name: string; table: string }[];
  if ((await names(`SELECT s.name AS "name" FROM sys.schemas s WHERE s.name = '${schema}'`)).length === 0) return;
  if (seen && !isSame(await lockRevision(manager), seen)) throw new WrittenSince();
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

import type { EntityManager, EntityMetadata, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { SqlServerDriver } from 'typeorm/driver/sqlserver/SqlServerDriver.js';

/**
 * Inserts rows with all their columns, ids included. The text of the statement depends on the number of rows alone, so
 * that thousands of them are prepared once. TypeORM writes numbers into the text: each would be prepared anew, and SQLite
 * would keep a hundred of them.
 */
export async function insertExactly(
  manager: EntityManager,
  { tablePath, columns, generatedColumns }: EntityMetadata,
  rows: readonly ObjectLiteral[],
): Promise<void> {
  const { driver } = manager.dataSource;
  const isSqlite = driver.options.type === 'better-sqlite3';
  const valueOf = (column: ColumnMetadata, row: ObjectLiteral): unknown => {
    const value: unknown = driver.preparePersistentValue(row[column.propertyName], column);
    return isSqlite ? value : (driver as SqlServerDriver).parametrizeValue(column, value);
  };
  const table = tablePath
    .split('.')
    .map((part) => driver.escape(part))
    .join('.');
  const names = columns.map(({ databaseName }) => driver.escape(databaseName)).join(', ');
  const parameter = (index: number) => (isSqlite ? '?' : `@${index}`);
  const tuples = rows.map(
    (_, row) => `(${columns.map((_column, index) => parameter(row * columns.length + index)).join(', ')})`,
  );
  const statement = `INSERT INTO ${table} (${names}) VALUES ${tuples.join(', ')}`;
  const isNumbered = !isSqlite && generatedColumns.length > 0;
  await manager.query(
    isNumbered ? `SET IDENTITY_INSERT ${table} ON; ${statement}; SET IDENTITY_INSERT ${table} OFF` : statement,
    rows.flatMap((row) => columns.map((column) => valueOf(column, row))),
  );
}

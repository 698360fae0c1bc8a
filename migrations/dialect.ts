import type { QueryRunner } from 'typeorm';

/** The SQL in which SQLite and SQL Server differ, so that a migration is one list of statements for both. */
export interface Dialect {
  /** A table of the schema under migration, quoted. */
  table: (name: string) => string;
  /** Type and key of an id that counts from 0. On SQL Server the table is clustered on other columns. */
  identity: (table: string) => string;
  /** Type and key of a number that the insert gives. On SQL Server the table is clustered on it. */
  numberKey: (table: string) => string;
  /** Type and key of a hash of 64 ASCII characters. The table is not clustered on it, since that would scatter new rows. */
  hashKey: (table: string) => string;
  /** A UTC instant in milliseconds. */
  instant: string;
  /** Text of any length. */
  text: string;
  /** Keyword of CREATE INDEX for the clustered index, with a space. */
  clustered: string;
  /** Statements that go before a column's removal: SQL Server keeps its default as a constraint. */
  dropDefault: (table: string, column: string) => string[];
  /** The statement that removes an index. */
  dropIndex: (table: string, index: string) => string;
  /** The first parameter of a statement. */
  parameter: string;
}

/** The dialect of the database that `runner` migrates. */
export function dialectOf(runner: QueryRunner): Dialect {
  const { options } = runner.dataSource;
  return options.type === 'mssql' ? sqlServer(options.schema ?? 'dbo') : SQLITE;
}

const SQLITE: Dialect = {
  table: (name) => `"${name}"`,
  identity: () => 'INTEGER PRIMARY KEY AUTOINCREMENT',
  numberKey: () => 'INTEGER PRIMARY KEY',
  hashKey: () => 'VARCHAR(64) NOT NULL PRIMARY KEY',
  instant: 'DATETIME',
  text: 'TEXT',
  clustered: '',
  dropDefault: () => [],
  dropIndex: (_, index) => `DROP INDEX "${index}"`,
  parameter: '?',
};

/** A value for rows that name none, such as those that the release before inserts. */
export function defaultTo(table: string, column: string, value: string): string {
  return `NOT NULL CONSTRAINT "${defaultName(table, column)}" DEFAULT '${value}'`;
}

function defaultName(table: string, column: string): string {
  return `${table}_${column}_Default`;
}

function sqlServer(schema: string): Dialect {
  const table = (name: string) => `"${schema.replaceAll('"', '""')}"."${name}"`;
  return {
    table,
    identity: (table) => `INT IDENTITY(0,1) NOT NULL CONSTRAINT "${table}_PK" PRIMARY KEY NONCLUSTERED`,
    numberKey: (table) => `INT NOT NULL CONSTRAINT "${table}_PK" PRIMARY KEY CLUSTERED`,
    hashKey: (table) => `VARCHAR(64) NOT NULL CONSTRAINT "${table}_PK" PRIMARY KEY NONCLUSTERED`,
    instant: 'DATETIME2(3)',
    text: 'NVARCHAR(MAX)',
    clustered: 'CLUSTERED ',
    dropDefault: (name, column) => [`ALTER TABLE ${table(name)} DROP CONSTRAINT "${defaultName(name, column)}"`],
    dropIndex: (name, index) => `DROP INDEX "${index}" ON ${table(name)}`,
    parameter: '@0',
  };
}

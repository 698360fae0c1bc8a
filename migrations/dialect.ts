import type { QueryRunner } from 'typeorm';

/** The words in which SQLite and SQL Server differ, so that a migration is one list of statements for both. */
export interface Dialect {
  /** A table of the schema under migration, quoted. */
  table: (name: string) => string;
  /** Type and key of an id that counts from 0; on SQL Server the table is clustered on something else. */
  identity: (table: string) => string;
  /** Type and key of a number that is given; the table is clustered on it. */
  numberKey: (table: string) => string;
  /** A UTC instant in milliseconds. */
  instant: string;
  /** Text of any length. */
  text: string;
  /** What CREATE UNIQUE INDEX says of the index in whose order the rows lie. */
  clustered: string;
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
  instant: 'DATETIME',
  text: 'TEXT',
  clustered: '',
  parameter: '?',
};

function sqlServer(schema: string): Dialect {
  return {
    table: (name) => `"${schema.replaceAll('"', '""')}"."${name}"`,
    identity: (table) => `INT IDENTITY(0,1) NOT NULL CONSTRAINT "${table}_PK" PRIMARY KEY NONCLUSTERED`,
    numberKey: (table) => `INT NOT NULL CONSTRAINT "${table}_PK" PRIMARY KEY CLUSTERED`,
    instant: 'DATETIME2(3)',
    text: 'NVARCHAR(MAX)',
    clustered: 'CLUSTERED ',
    parameter: '@0',
  };
}

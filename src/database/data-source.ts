import { DataSource, type DataSourceOptions } from 'typeorm';
import { unopenedFile } from './unopened-file.js';

/**
 * Opens a DataSource. On SQL Server that takes no query: TypeORM would ask for the login's default schema, to leave it
 * out of table names, but every table name here carries its schema.
 */
export async function openDataSource(options: DataSourceOptions): Promise<DataSource> {
  const dataSource = new DataSource(options);
  if (options.type === 'mssql') Object.assign(dataSource.driver, { searchSchema: '(not asked)' });
  try {
    return await dataSource.initialize();
  } catch (thrown) {
    throw options.type === 'better-sqlite3' ? unopenedFile(thrown, options.database) : thrown;
  }
}

/** Opens a DataSource for the time of `work`. */
export async function withDataSource<T>(
  options: DataSourceOptions,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const dataSource = await openDataSource(options);
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

import { DataSource, type DataSourceOptions } from 'typeorm';

/**
 * Opened without a question to the server: TypeORM would ask SQL Server in which schema names without one are sought, to
 * leave that one out. None is left out.
 */
export function openDataSource(options: DataSourceOptions): Promise<DataSource> {
  const dataSource = new DataSource(options);
  if (options.type === 'mssql') Object.assign(dataSource.driver, { searchSchema: '(not asked)' });
  return dataSource.initialize();
}

/** Open while `work` is under way. */
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

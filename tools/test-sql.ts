import { main as test } from './test.ts';

/** Runs the specs on a SQL Server. */
export async function main(words: string[]): Promise<number> {
  if (process.env['TEST_DATABASE_URL']) return test(words);
  console.error(
    'Set TEST_DATABASE_URL to a SQL Server that the specs may make databases on, such as\n' +
      '  mssql://sa:<password, URL-encoded>@localhost:1433/atrium_test?trustServerCertificate=true\n' +
      'The last part is a prefix: each spec makes a database of its own. compose.yaml has a server: docker compose up --wait sqlserver',
  );
  return 1;
}

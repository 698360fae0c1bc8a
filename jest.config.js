const onServer = Boolean(process.env.TEST_DATABASE_URL);
if (!onServer) console.log('The specs of test/sql-server need a SQL Server, named by TEST_DATABASE_URL: not run.');

// The suite runs on what `npm run build` made: the same JavaScript that ships.
export default {
  roots: ['<rootDir>/dist/test'],
  testPathIgnorePatterns: onServer ? [] : ['<rootDir>/dist/test/sql-server/'],
  testEnvironment: 'node',
  testTimeout: 30_000,
  transform: {},
};

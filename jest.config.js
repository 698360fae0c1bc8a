// The suite runs on what `npm run build` made: the same JavaScript that ships.
export default {
  roots: ['<rootDir>/dist/test'],
  testEnvironment: 'node',
  testTimeout: 30_000,
  transform: {},
};

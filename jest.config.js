import { execFileSync } from 'node:child_process';

// What a spec needs beyond Node is said, never passed over in silence; where CI is set, a missing Redis or browser fails the run.
const isRun = process.argv[1]?.includes('jest'); // other tools read this file, too
const notRun = [];
if (!process.env.TEST_DATABASE_URL) leaveOut('sql-server', 'a SQL Server, named by TEST_DATABASE_URL');
if (!process.env.CI && !isInstalled('redis-server')) leaveOut('redis', 'redis-server on the PATH');
if (!process.env.CI && !isInstalled(process.env.CHROMIUM ?? '/usr/bin/chromium')) leaveOut('browser', 'chromium');

function leaveOut(kind, need) {
  if (isRun) console.log(`The specs named *.${kind}.spec.ts need ${need}: not run.`);
  notRun.push(`\\.${kind}\\.spec\\.js$`);
}

function isInstalled(program) {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

// The suite runs on what `npm run build` made: the same JavaScript that ships.
export default {
  roots: ['<rootDir>/dist/test'],
  testPathIgnorePatterns: notRun,
  testEnvironment: 'node',
  testTimeout: process.env.TEST_DATABASE_URL ? 120_000 : 60_000,
  transform: {},
  // A process keeps the modules of every spec it ran: all of them in one would need more than a heap's 4 GB.
  maxWorkers: 1,
  workerIdleMemoryLimit: '1500MB',
};

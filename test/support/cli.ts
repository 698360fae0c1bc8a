import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

const CLI = resolve(import.meta.dirname, '../../src/cli.js');

export interface Run {
  exitCode: number | null;
  output: string;
  errors: string;
}

/** A command of `atrium` under way, as a process of its own. */
export interface Running {
  child: ChildProcess;
  ended: Promise<Run>;
}

/** Runs `atrium` to its end. */
export function atrium(words: string[], environment: Record<string, string>): Promise<Run> {
  return startCli(words, environment).ended;
}

export function startCli(words: string[], environment: Record<string, string>): Running {
  const child = spawn(process.execPath, [CLI, ...words], { env: { PATH: process.env['PATH'], ...environment } });
  const run: Run = { exitCode: null, output: '', errors: '' };
  child.stdout.on('data', (text) => (run.output += String(text)));
  child.stderr.on('data', (text) => (run.errors += String(text)));
  const ended = new Promise<Run>((done) => child.on('close', (exitCode) => done({ ...run, exitCode })));
  return { child, ended };
}

/** As TENANTS takes them: so many, `mall-1` and so on. */
export function malls(count: number): { id: string; name: string; timeZone: string }[] {
  return Array.from({ length: count }, (_, index) => ({ id: `mall-${index + 1}`, name: 'Mall', timeZone: 'UTC' }));
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Target {
  url: string;
  headers: Record<string, string>;
  /** A Lua file that makes the requests. */
  script?: string;
}

export interface Figures {
  requestsPerSecond: number;
  p99Ms: number;
}

/**
 * Loads `target` with 64 connections for `seconds`, from the machine's second core.
 * @throws Error when an answer was not 2xx or 3xx, or a connection failed: such a round measures nothing
 */
export async function load({ url, headers, script }: Target, seconds: number): Promise<Figures> {
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  if (script !== undefined) given.push('-s', script);
  const { stdout } = await run('taskset', [
    '-c',
    '1',
    'wrk',
    '-t1',
    '-c64',
    `-d${seconds}s`,
    '--latency',
    ...given,
    url,
  ]);
  if (/Non-2xx|Socket errors: (?!connect 0, read 0, write 0)/.test(stdout))
    throw new Error(`${url} failed under load:\n${stdout}`);
  return { requestsPerSecond: number(stdout, /Requests\/sec:\s+([\d.]+)/), p99Ms: milliseconds(stdout) };
}

/** @throws Error that says what to install */
export async function requireTools(): Promise<void> {
  for (const tool of ['wrk', 'taskset']) {
    await run('which', [tool]).catch(() => {
      throw new Error(`The bench needs ${tool}: apt-get install wrk util-linux`);
    });
  }
}

function milliseconds(report: string): number {
  const [, value = '', unit = ''] = /99%\s+([\d.]+)(us|ms|s)/.exec(report) ?? [];
  return Number(value) * ({ us: 0.001, ms: 1, s: 1_000 }[unit] ?? Number.NaN);
}

function number(report: string, pattern: RegExp): number {
  return Number(pattern.exec(report)?.[1]);
}

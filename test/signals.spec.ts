import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { JWT_SECRET, TENANTS } from './support/atrium.js';
import { malls } from './support/cli.js';
import { freePort } from './support/process.js';

/** From the first line to 3 s later; raise it to try more. */
const MOMENTS = Number(process.env['SIGNAL_MOMENTS'] ?? 4);
const LATEST_MS = 3_000;
const GONE_WITHIN_MS = 3_000;
const BUILT = fileURLToPath(new URL('../src/', import.meta.url));
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** A container's process 1 has no default action for signals. So it is in a namespace, which Linux lets anyone make. */
const AS_PROCESS_1 = ['--user', '--map-root-user', '--pid', '--fork', '--kill-child'];

/** Says when the process begins to listen for signals: Node itself takes a moment until the first line. */
const FIRST_LINE = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  process.on('newListener', (name) => name === 'SIGTERM' && writeSync(1, 'listens'));
`)}`;

describe('process 1, told to stop at any moment,', () => {
  let folder: string;
  let launcher: ChildProcess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atrium-signals-'));
  });
  afterEach(() => {
    launcher?.kill('SIGKILL'); // and with it the namespace
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['the server', ['main.js'], TENANTS],
    ['atrium migrate', ['cli.js', 'migrate', '--concurrency', '1'], malls(200)],
    ['atrium tenants', ['cli.js', 'tenants', 'list'], malls(100)],
  ])(
    'is gone within 3 s: %s',
    async (_, [script = '', ...words], tenants) => {
      const wrong: string[] = [];
      for (let moment = 0; moment < MOMENTS; moment++) {
        const signal = SIGNALS[moment % SIGNALS.length]!;
        const afterMs = (LATEST_MS * moment) / Math.max(1, MOMENTS - 1);
        const { goneMs, code } = await end(signal, afterMs, [join(BUILT, script), ...words], tenants);
        const isRight = goneMs <= GONE_WITHIN_MS && [0, 128 + constants.signals[signal]].includes(code);
        if (!isRight) wrong.push(`${signal} after ${afterMs} ms: ${code} after ${goneMs.toFixed(0)} ms`);
        rmSync(folder, { recursive: true, force: true });
      }
      expect(wrong).toEqual([]);
    },
    MOMENTS * 15_000,
  );

  /** @returns how long it took to end, and its exit code */
  async function end(signal: (typeof SIGNALS)[number], afterMs: number, words: string[], tenants: object) {
    const env = {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: String(await freePort()),
      JWT_SECRET,
      DATABASE_URL: `sqlite:${folder}`,
      TENANTS: JSON.stringify(tenants),
    };
    launcher = spawn('unshare', [...AS_PROCESS_1, process.execPath, '--import', FIRST_LINE, ...words], { env });
    const gone = once(launcher, 'exit') as Promise<[number | null]>;
    // Or should have begun long ago.
    await Promise.race([once(launcher.stdout!, 'data'), delay(1_000)]);
    for (const stream of [launcher.stdout!, launcher.stderr!]) stream.resume();
    const pid = Number(readFileSync(`/proc/${launcher.pid}/task/${launcher.pid}/children`, 'utf8').trim());
    await delay(afterMs);
    const toldMs = performance.now();
    if (launcher.exitCode === null) process.kill(pid, signal);
    const patience = new AbortController();
    const tooLate = delay(GONE_WITHIN_MS + 100, undefined, { signal: patience.signal }).catch(() => undefined);
    const ended = await Promise.race([gone, tooLate]);
    patience.abort();
    launcher.kill('SIGKILL');
    await gone;
    return { goneMs: performance.now() - toldMs, code: ended?.[0] ?? Number.NaN };
  }
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs Node to its end, and hands on the signals that this process gets. Returns its exit code. */
export async function runNode(words: string[]): Promise<number> {
  const child = startNode(words);
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  return ended(child);
}

/** Resolves when somebody ends this process, by Ctrl-C, SIGTERM or by closing the terminal. */
export function endAsked(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) process.on(signal, () => resolve());
  });
}

/** A process that can be replaced by another. The old one has ended before the new one starts. */
export class Restartable {
  private running: ChildProcess | undefined;
  private isStopped = false;
  private turn = Promise.resolve();

  /** Ends the process that runs, waits until it is gone, and starts Node with these words. */
  restart(words: string[]): Promise<void> {
    return this.next(async () => {
      await this.end();
      if (!this.isStopped) this.running = startNode(words);
    });
  }

  /** Ends the process for good. */
  stop(): Promise<void> {
    this.isStopped = true;
    return this.next(() => this.end());
  }

  private async end(): Promise<void> {
    if (!this.running) return;
    this.running.kill('SIGTERM');
    await ended(this.running);
    this.running = undefined;
  }

  private next(step: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(step);
    return this.turn;
  }
}

/** Starts Node in a process group of its own: Ctrl-C reaches it once, through this process, and not twice. */
function startNode(words: string[]): ChildProcess {
  return spawn(process.execPath, words, { stdio: 'inherit', detached: true });
}

/** Returns its exit code; 1 when a signal ended it. */
async function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? 1;
}

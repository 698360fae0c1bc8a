// Imported first by every entry point, before anything that takes time to load.
import { constants } from 'node:os';

export const ENDING_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Ends the process with the code that a shell reports for this signal. */
export function endAtOnce(signal: (typeof ENDING_SIGNALS)[number]): never {
  process.exit(128 + constants.signals[signal]);
}

// Process 1, as in a container, has no default action for signals: without a listener they are lost.
if (process.pid === 1) for (const signal of ENDING_SIGNALS) process.on(signal, endAtOnce);

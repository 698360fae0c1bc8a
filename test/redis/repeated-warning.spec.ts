import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { REPEATED_LOG_MS } from '../../src/config/time-limits.js';
import { RepeatedWarning } from '../../src/redis/repeated-warning.js';

const lines: unknown[] = [];
beforeEach(() => {
  jest.useFakeTimers();
  lines.length = 0;
  Logger.overrideLogger({ log: () => undefined, error: () => undefined, warn: (line: unknown) => lines.push(line) });
});
afterEach(() => {
  jest.useRealTimers();
  Logger.overrideLogger(true);
});

it('a warning that is repeated is logged at once, then with its number while it goes on, and anew when it begins again', () => {
  const warning = new RepeatedWarning('Test');
  for (let time = 0; time < 1_000; time++) warning.warn('odd');
  expect(lines).toEqual(['odd']);
  jest.advanceTimersByTime(REPEATED_LOG_MS);
  expect(lines).toEqual(['odd', 'odd (999 more)']);
  warning.warn('odd');
  jest.advanceTimersByTime(REPEATED_LOG_MS);
  expect(lines).toEqual(['odd', 'odd (999 more)', 'odd (1 more)']);
  jest.advanceTimersByTime(2 * REPEATED_LOG_MS);
  expect(lines).toHaveLength(3);
  warning.warn('odd');
  expect(lines).toEqual(['odd', 'odd (999 more)', 'odd (1 more)', 'odd']);
});

import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as limits from '../../src/config/time-limits.js';

const PAGE = readFileSync('docs/time-limits.md', 'utf8');
const SOURCE = readFileSync('src/config/time-limits.ts', 'utf8');
const UNITS: Record<string, number> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** The rows of the page's tables: name, milliseconds, the names it depends on. */
const rows = [...PAGE.matchAll(/^\| ([A-Z_]+) +\| ([\d.]+) (\w+) +\| .+? +\| ([A-Z_ +]*?) *\|$/gm)].map(
  ([, name = '', value, unit = '', dependsOn = '']) => ({
    name,
    ms: Number(value) * (UNITS[unit] ?? Number.NaN),
    dependsOn: dependsOn.split(' + ').filter(Boolean).toSorted(),
  }),
);

describe('the page on time limits', () => {
  it('lists each limit of the source with its value, and no other', () => {
    const inMs = Object.entries(limits).map(([name, value]) => [
      name,
      name.endsWith('_SECONDS') ? value * 1_000 : value,
    ]);
    expect(Object.fromEntries(rows.map(({ name, ms }) => [name, ms]))).toEqual(Object.fromEntries(inMs));
    expect(rows).toHaveLength(inMs.length);
  });

  it('names what each limit is derived from', () => {
    const derived = [...SOURCE.matchAll(/^export const (\w+) =([^;]+);/gm)].map(([, name = '', value = '']) => [
      name,
      Object.keys(limits).filter((other) => new RegExp(`\\b${other}\\b`).test(value)),
    ]);
    expect(Object.fromEntries(rows.map(({ name, dependsOn }) => [name, dependsOn]))).toEqual(
      Object.fromEntries(derived),
    );
  });
});

describe('time limits', () => {
  it('end the queue before the deadline, and the deadline before the loan', () => {
    expect(limits.WRITERS_QUEUE_TIMEOUT_MS).toBeLessThan(limits.DATABASE_DEADLINE_MS);
    expect(limits.DATABASE_DEADLINE_MS).toBeLessThan(limits.LOAN_TIMEOUT_MS);
    expect(2 * limits.ACQUIRE_TIMEOUT_MS).toBeLessThan(limits.DATABASE_DEADLINE_MS);
  });

  it('stand in one file', () => {
    const files = globSync('src/**/*.ts', { exclude: ['src/config/time-limits.ts', 'src/config/environment.ts'] });
    const elsewhere = files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^(?:export )?const (\w+_(?:MS|SECONDS)) = [\d_]+/gm)].map(
        ([, name]) => `${file}: ${name}`,
      ),
    );
    expect(elsewhere).toEqual([]);
  });
});

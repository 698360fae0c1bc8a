import { MAX_LANGUAGES } from '../config/language.js';
import { invalidField, Problem } from '../problem/problem.js';
import { requirePeriod } from './period.js';
import type { Scheduled } from './scheduled.entity.js';

/** The largest row, as UTF-8 JSON. */
const MAX_ROW_BYTES = 32 * 1024;

/**
 * Checks what single fields do not show: the row as it results.
 * @param given the fields of the request, of which the one to blame is named
 * @param pointer JSON Pointer to the row in the request
 * @throws Problem 422
 */
export function requireWholeRow(row: Scheduled, given: Partial<Scheduled>, pointer = '#'): void {
  requirePeriod(row, given, pointer);
  if (row.visibleFrom !== null && row.visibleFrom > row.endDate) {
    throw given.visibleFrom
      ? invalidField(`${pointer}/visibleFrom`, 'must not be after endDate: it would never be seen')
      : invalidField(`${pointer}/endDate`, 'must not be before visibleFrom: it would never be seen');
  }
  if (Object.keys(row.translations).length > MAX_LANGUAGES)
    throw invalidField(`${pointer}/translations`, `must have at most ${MAX_LANGUAGES} languages, with those it has`);
  const bytes = Buffer.byteLength(JSON.stringify(row));
  if (bytes <= MAX_ROW_BYTES) return;
  const detail = `has ${bytes} bytes with all its texts; a row takes ${MAX_ROW_BYTES}. Shorten or remove some.`;
  throw new Problem(422, 'row-too-large', `${pointer} ${detail}`, { errors: [{ pointer, detail }] });
}

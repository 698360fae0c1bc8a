import { createHash } from 'node:crypto';
import { Problem } from '../problem/problem.js';
import type { Sort } from './page.dto.js';

/** The last row of a page, as far as the order needs it. */
export interface Position {
  value: string | number;
  id: number;
}

/** An opaque word for a position; it fits only the tenant and the sort it was made for. */
export function encodeCursor(tenantId: string, sort: Sort, { value, id }: Position): string {
  const payload = JSON.stringify([value, id]);
  return `${Buffer.from(payload).toString('base64url')}.${checksum(tenantId, sort, payload)}`;
}

/** @throws Problem 400 for a cursor of another tenant or sort, or one that was edited */
export function decodeCursor(tenantId: string, sort: Sort, cursor: string): Position {
  const [encoded = ''] = cursor.split('.');
  const position = parsePosition(Buffer.from(encoded, 'base64url').toString());
  // Compared whole: base64url has several spellings of the same bytes.
  if (position && encodeCursor(tenantId, sort, position) === cursor) return position;
  throw new Problem(400, 'cursor-invalid', 'after takes the next of a page, unchanged, with the same sort.');
}

function parsePosition(payload: string): Position | undefined {
  try {
    const [value, id] = JSON.parse(payload) as unknown[];
    return (typeof value === 'string' || typeof value === 'number') && typeof id === 'number'
      ? { value, id }
      : undefined;
  } catch {
    return undefined;
  }
}

// Guards against mistakes; a forged cursor could only name another place in the caller's own list.
function checksum(tenantId: string, sort: Sort, payload: string): string {
  return createHash('sha256').update(`${tenantId}\n${sort}\n${payload}`).digest('base64url').slice(0, 12);
}

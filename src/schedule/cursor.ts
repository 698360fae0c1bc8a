import { createHash } from 'node:crypto';
import { MAX_ID } from '../http/identifier.js';
import { Problem } from '../problem/problem.js';

/** The last row of a page, as far as the order needs it. */
export interface Position {
  value: string | number;
  id: number;
}

/** An opaque word for a position in `list`, which is told by all that its rows and their order depend on. */
export function encodeCursor(list: string, { value, id }: Position): string {
  const payload = JSON.stringify([value, id]);
  return `${Buffer.from(payload).toString('base64url')}.${checksum(list, payload)}`;
}

/**
 * @param isPlace whether the list can have a row there
 * @throws Problem 400 for a cursor of another list, or one that was edited or made up
 */
export function decodeCursor(list: string, cursor: string, isPlace: (position: Position) => boolean): Position {
  const [encoded = ''] = cursor.split('.');
  const position = parsePosition(Buffer.from(encoded, 'base64url').toString());
  // Compared whole: base64url has several spellings of the same bytes.
  if (position && encodeCursor(list, position) === cursor && isPlace(position)) return position;
  const detail = 'after takes the next of a page of this list, unchanged, with the same sort and filters.';
  throw new Problem(400, 'cursor-invalid', detail);
}

function parsePosition(payload: string): Position | undefined {
  try {
    const [value, id] = JSON.parse(payload) as unknown[];
    return (typeof value === 'string' || typeof value === 'number') && isId(id) ? { value, id } : undefined;
  } catch {
    return undefined;
  }
}

function isId(id: unknown): id is number {
  return typeof id === 'number' && Number.isInteger(id) && id >= 0 && id <= MAX_ID;
}

// Guards against mistakes; a forged cursor can only name another place in the caller's own list.
function checksum(list: string, payload: string): string {
  return createHash('sha256').update(`${list}\n${payload}`).digest('base64url').slice(0, 12);
}

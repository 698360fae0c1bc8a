import { shapeMark } from '../field/shape.js';
import type { Version } from './revision.entity.js';

/** Whether `text` has the form of an entity tag made here. */
export function isTag(text: string): boolean {
  return /^"[\w.-]+"$/.test(text);
}

/** The tag of a row names the write that last touched it. */
export function rowTag({ epoch }: Version, row: { revision: number }): string {
  return `"${shapeMark()}-${epoch}.${row.revision}"`;
}

/** The tag of a list names the tenant's last write and, when the list changes by itself, the instant until which it holds. */
export function listTag({ epoch, revision }: Version, boundaryMs = Infinity): string {
  const boundary = boundaryMs === Infinity ? '' : `.${boundaryMs}`;
  return `"${shapeMark()}-${epoch}.${revision}${boundary}"`;
}

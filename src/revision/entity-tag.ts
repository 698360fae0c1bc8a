import type { Version } from './revision.entity.js';

/**
 * Part of every tag, and of every key in Redis. Raise it with the shape of a body or of what is stored: phones would be
 * told that the old shape is still right, and releases that run side by side would read each other's.
 */
export const FORMAT = 'v2';

/** Whether `text` has the form that tags have here. */
export function isTag(text: string): boolean {
  return /^"[\w.-]+"$/.test(text);
}

/** Of a row: names the write that last touched it. */
export function rowTag({ epoch }: Version, row: { revision: number }): string {
  return `"${FORMAT}-${epoch}.${row.revision}"`;
}

/** Of a list: names the tenant's last write and, when the list changes by itself, the instant until which it stands. */
export function listTag({ epoch, revision }: Version, boundaryMs = Infinity): string {
  const boundary = boundaryMs === Infinity ? '' : `.${boundaryMs}`;
  return `"${FORMAT}-${epoch}.${revision}${boundary}"`;
}

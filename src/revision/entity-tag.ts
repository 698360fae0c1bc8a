import type { Version } from './revision.entity.js';

/** Whether `text` has the form that tags have here. */
export function isTag(text: string): boolean {
  return /^"[\w.-]+"$/.test(text);
}

/** Of a row: names the write that last touched it. */
export function rowTag({ epoch }: Version, row: { revision: number }): string {
  return `"${epoch}.${row.revision}"`;
}

/** Of a list: names the tenant's last write and, when the list changes by itself, the instant until which it stands. */
export function listTag({ epoch, revision }: Version, boundaryMs = Infinity): string {
  return boundaryMs === Infinity ? `"${epoch}.${revision}"` : `"${epoch}.${revision}.${boundaryMs}"`;
}

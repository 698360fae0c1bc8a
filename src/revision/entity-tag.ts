import { createHash } from 'node:crypto';
import { shapeMark } from '../field/shape.js';

/** Characters of a tag: 132 bits. */
const LENGTH = 22;

/**
 * The strong entity tag of a body, made of its bytes: it differs wherever the bodies differ, and nothing can be read in it.
 * @param salt keeps tags of different owners apart, such as the epoch of a tenant's schema
 */
export function entityTag(body: Buffer | string, salt: string): string {
  const digest = createHash('sha256').update(`${shapeMark()} ${salt}\n`).update(body).digest('base64url');
  return `"${digest.slice(0, LENGTH)}"`;
}

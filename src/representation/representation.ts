import { entityTag } from '../revision/entity-tag.js';
import type { Coding } from './content-coding.js';

/** The source of an answer, sent as X-Cache; `stale`: from memory, while the database is away. */
export type Origin = 'memory' | 'redis' | 'database' | 'stale';

/** A body as it is sent: in a content coding, or as it is. */
export interface Variant {
  bytes: Buffer;
  etag: string;
  coding?: Coding;
}

interface Options {
  cacheControl?: string;
  origin?: Origin;
  /** The body in a coding, or as it is when that is not made: of answers to the public. */
  variantIn?: (coding: Coding | 'identity') => Variant;
  /** The revision that was looked back at, sent as X-Revision. */
  revision?: number;
  /** The path of the resource that was created. */
  location?: string;
}

/** A body, as an object or as bytes of JSON, with the values of its HTTP headers. */
export class Representation<T> {
  constructor(
    readonly body: T,
    /** Strong entity tag, quotes included (RFC 9110, section 8.8.3). */
    readonly etag: string,
    readonly options: Options = {},
  ) {}
}

/** `value` as JSON, with the tag of its bytes. @param salt as in entityTag */
export function jsonRepresentation(value: unknown, salt: string, options: Options = {}): Representation<Buffer> {
  const bytes = Buffer.from(JSON.stringify(value));
  return new Representation(bytes, entityTag(bytes, salt), options);
}

/** Where an answer came from, as X-Cache says it; `stale`: from memory, while the database is away. */
export type Origin = 'memory' | 'redis' | 'database' | 'stale';

interface Options {
  cacheControl?: string;
  origin?: Origin;
  /** Where the resource that was made is found. */
  location?: string;
}

/** A body, an object or its JSON as bytes, and what the HTTP headers say of it. */
export class Representation<T> {
  constructor(
    readonly body: T,
    /** Strong entity tag, quotes included (RFC 9110, section 8.8.3). */
    readonly etag: string,
    readonly options: Options = {},
  ) {}
}

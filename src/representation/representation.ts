/** The source of an answer, sent as X-Cache; `stale`: from memory, while the database is away. */
export type Origin = 'memory' | 'redis' | 'database' | 'stale';

interface Options {
  cacheControl?: string;
  origin?: Origin;
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

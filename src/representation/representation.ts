interface Options {
  /** How long a copy may be used without asking, in seconds. */
  maxAgeSeconds?: number;
  /** Where the resource that was made is found. */
  location?: string;
}

/** A body and what the HTTP headers say of it. */
export class Representation<T> {
  constructor(
    readonly body: T,
    /** Strong entity tag, quotes included (RFC 9110, section 8.8.3). */
    readonly etag: string,
    readonly options: Options = {},
  ) {}
}

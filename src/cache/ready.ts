import { promisify } from 'node:util';
import { brotliCompress, constants, gzip, zstdCompress } from 'node:zlib';
import { Mutex } from 'async-mutex';
import { codedTag, type Coding } from '../representation/content-coding.js';
import { CODING_MIN_MS } from '../config/time-limits.js';
import type { Variant } from '../representation/representation.js';

/** A smaller body gains nothing: it fits into a packet or two as it is. */
const MIN_BYTES = 1024;

/** Quality 5 of brotli: half a percent of a core for each megabyte, and within a tenth of the best. */
const MAKERS: Record<Coding, (bytes: Buffer) => Promise<Buffer>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 5,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  zstd: (bytes) => promisify(zstdCompress)(bytes),
  gzip: (bytes) => promisify(gzip)(bytes),
};

/** Codings are made one at a time, in threads beside the event loop: they take one core at most. */
const oneAtATime = new Mutex();

/** An answer to the public, ready to be sent. */
export class Ready implements Variant {
  private readonly made = new Map<Coding, Variant>();
  private readonly begun = new Set<Coding>();

  constructor(
    readonly bytes: Buffer,
    readonly etag: string,
    /** The first instant at which it is no longer right, in epoch milliseconds. It is past while a large body rests. */
    readonly boundaryMs: number,
    /** Told when it weighs more than before. */
    private readonly onGrowth: () => void = () => {},
  ) {}

  /** The bytes of its codings. */
  get codedBytes(): number {
    return [...this.made.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** It in a coding. The first that ask for one get it as it is, while the coding is made. */
  in(coding: Coding | 'identity', nowMs: number): Variant {
    if (coding === 'identity' || this.bytes.length < MIN_BYTES) return this;
    const made = this.made.get(coding);
    if (made) return made;
    if (!this.begun.has(coding) && this.boundaryMs - nowMs >= CODING_MIN_MS) void this.make(coding);
    return this;
  }

  private async make(coding: Coding): Promise<void> {
    this.begun.add(coding);
    try {
      const bytes = await oneAtATime.runExclusive(() => MAKERS[coding](this.bytes));
      if (bytes.length >= this.bytes.length) return;
      this.made.set(coding, { bytes, etag: codedTag(this.etag, coding), coding });
      this.onGrowth();
    } catch {
      // Out of memory: it goes on being sent as it is.
    }
  }
}

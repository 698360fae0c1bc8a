import { Injectable } from '@nestjs/common';

/** The present instant, as an argument: tests bring a clock of their own. */
@Injectable()
export class Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number {
    return Date.now();
  }
}

import { Logger } from '@nestjs/common';
import { REPEATED_LOG_MS } from '../config/time-limits.js';

/** Warns of something that others can cause at any rate: the first time at once, then once a minute with the number. */
export class RepeatedWarning {
  private readonly logger: Logger;
  private more = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param context where the log says it comes from */
  constructor(context: string) {
    this.logger = new Logger(context);
  }

  warn(text: string): void {
    if (this.timer) {
      this.more++;
      return;
    }
    this.logger.warn(text);
    this.timer = setTimeout(() => this.goOn(text), REPEATED_LOG_MS).unref();
  }

  private goOn(text: string): void {
    const { more } = this;
    this.timer = undefined;
    this.more = 0;
    if (more > 0) this.warn(`${text.replace(/ \(\d+ more\)$/, '')} (${more} more)`);
  }
}

import { AbstractLogger } from 'typeorm';

/** Keeps TypeORM from reporting migrations on standard output. Failures are thrown anyway. */
export class QuietLogger extends AbstractLogger {
  protected writeLog(): void {}
}

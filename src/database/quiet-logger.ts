import { AbstractLogger } from 'typeorm';

/** TypeORM reports migrations on standard output unless told otherwise; what failed is thrown as well. */
export class QuietLogger extends AbstractLogger {
  protected writeLog(): void {}
}

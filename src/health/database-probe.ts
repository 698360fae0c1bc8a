import { Injectable, Logger } from '@nestjs/common';
import { timeout, TimeoutStrategy } from 'cockatiel';
import { PROBE_KEPT_MS, PROBE_TIMEOUT_MS } from '../config/time-limits.js';
import { type UnservedCounts, Migrator } from '../migration/migrator.js';

/** Asks the catalogue for the state of the tenants' schemas, and so learns whether the database answers. */
@Injectable()
export class DatabaseProbe {
  /** The last answer of the database. */
  last: UnservedCounts | undefined;
  private readonly logger = new Logger('Database');
  private readonly deadline = timeout(PROBE_TIMEOUT_MS, TimeoutStrategy.Aggressive);
  private asked: Promise<UnservedCounts> | undefined;
  private asking: Promise<UnservedCounts> | undefined;

  constructor(private readonly migrator: Migrator) {}

  /** @throws Error when no answer comes in time; its message may be shown to anyone */
  ask(): Promise<UnservedCounts> {
    this.asked ??= this.askAnew();
    return this.asked;
  }

  private async askAnew(): Promise<UnservedCounts> {
    // A question that hangs holds a connection: no other is asked until it has ended.
    this.asking ??= this.migrator.countUnserved().finally(() => (this.asking = undefined));
    const asking = this.asking;
    try {
      this.last = await this.deadline.execute(() => asking);
      return this.last;
    } catch (thrown) {
      // The driver's message names servers and logins: it is for the log only.
      this.logger.warn(`The health check got no answer: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      throw new Error(`does not answer within ${PROBE_TIMEOUT_MS / 1_000} s`, { cause: thrown });
    } finally {
      setTimeout(() => (this.asked = undefined), PROBE_KEPT_MS).unref();
    }
  }
}

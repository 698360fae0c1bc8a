import { Injectable } from '@nestjs/common';
import { Semaphore } from 'async-mutex';

/** Messages that this pod sends at a time. */
const SENDS = 512;
/** Those of them to receivers whose last message failed: however many are down, there is room for the others. */
const SENDS_TO_FAILING = SENDS / 2;
/** Messages to one webhook at a time, of different rows; to one that fails, one. */
const SENDS_TO_ONE = 4;

/** Bounds what this pod sends at a time. */
@Injectable()
export class SendPermits {
  private readonly all = new Semaphore(SENDS);
  private readonly failing = new Semaphore(SENDS_TO_FAILING);

  /** How many messages are being sent. */
  get inFlight(): number {
    return SENDS - this.all.getValue();
  }

  /** How many messages one webhook may get at a time; so a centre with its 20 webhooks has a bound, too. */
  limitFor(isFailing: boolean): number {
    return isFailing ? 1 : SENDS_TO_ONE;
  }

  run<T>(isFailing: boolean, work: () => Promise<T>): Promise<T> {
    const send = () => this.all.runExclusive(work);
    return isFailing ? this.failing.runExclusive(send) : send();
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { WORK_MOMENT_MS, WORK_RETRY_MS } from '../config/time-limits.js';
import type { Clock } from '../clock/clock.js';
import type { Courier } from './courier.js';
import type { DeliveryLog } from './delivery-log.js';
import type { DueDelivery, Outbox } from './outbox.js';
import type { SendPermits } from './send-permits.js';
import { isSuccess } from './sender.js';
import { FencedOff } from './work-fence.entity.js';

interface Tools {
  outbox: Outbox;
  courier: Courier;
  log: DeliveryLog;
  permits: SendPermits;
  clock: Clock;
  /** Work with the database: so many shifts do it at a time. */
  step: <T>(work: () => Promise<T>) => Promise<T>;
}

/** The end of a shift: up to which revision everything is told, and when there is more to do; Infinity: nobody knows. */
export interface Done {
  revision: number;
  dueMs: number;
}

/** The work of this pod on the webhooks of one tenant, under one lease, until there is nothing to do. */
export class Shift {
  private readonly sending = new Map<number, Promise<void>>();
  private readonly perWebhook = new Map<number, number>();
  private woken = Promise.withResolvers<void>();
  private isWoken = true;
  private isStopping = false;
  private isDone = false;
  private failure: unknown;

  /** @param isHeld whether the lease is good still, as far as this pod knows */
  constructor(
    private readonly tools: Tools,
    private readonly token: number,
    private readonly isHeld: () => boolean,
  ) {}

  /** Something was written. @returns false when it is too late: the shift has ended */
  wake(): boolean {
    this.isWoken = true;
    this.woken.resolve();
    return !this.isDone;
  }

  /** Nothing more is begun; what is being sent may end. */
  stop(): void {
    this.isStopping = true;
    this.woken.resolve();
  }

  /** Must run as the tenant. @throws FencedOff when another pod took over */
  async run(): Promise<Done> {
    const { outbox, step, clock } = this.tools;
    let filled = { revision: 0, isPartial: true, nextMs: Infinity };
    try {
      for (;;) {
        if (this.failure) throw this.failure;
        if (!this.isHeld()) throw new FencedOff('The lease has run out');
        if (this.isStopping) return { revision: filled.revision, dueMs: clock.now() };
        if (this.isWoken || filled.isPartial || filled.nextMs <= clock.now()) {
          this.isWoken = false;
          filled = await step(() => outbox.fill(this.token));
        }
        await this.begin();
        if (this.sending.size === 0 && !this.isWoken && !filled.isPartial) {
          const { attemptMs, cleanupMs } = await step(() => outbox.next());
          if (cleanupMs <= clock.now()) await step(() => outbox.deleteOld(this.token));
          const dueMs = Math.min(filled.nextMs, attemptMs, cleanupMs);
          if (dueMs > clock.now() && !this.isWoken) return { revision: filled.revision, dueMs };
        }
        await this.pause(filled.nextMs);
      }
    } finally {
      this.isDone = true;
      await Promise.all(this.sending.values());
    }
  }

  /** Sends what is due, as much at a time as each webhook may get. */
  private async begin(): Promise<void> {
    const { outbox, permits, step } = this.tools;
    const due = await step(() => outbox.due(permits.limitFor(false), new Set(this.sending.keys())));
    for (const deliveries of due.values())
      for (const one of deliveries) {
        const { webhook } = one;
        const count = this.perWebhook.get(webhook.id) ?? 0;
        if (count >= permits.limitFor(webhook.failingSince !== null)) break;
        this.perWebhook.set(webhook.id, count + 1);
        this.sending.set(one.delivery.id, this.deliver(one));
      }
  }

  private async deliver(due: DueDelivery): Promise<void> {
    const { courier, log, step } = this.tools;
    const { delivery, webhook } = due;
    const isWanted = () => this.isHeld() && !this.isStopping;
    try {
      const sent = await courier.deliver(webhook, { id: delivery.webhookId, body: delivery.body }, isWanted);
      // A failure at the end may be of our own making: the message is sent again.
      const isRecorded = sent && (!this.isStopping || isSuccess(sent.outcome));
      if (isRecorded) await step(() => log.record(this.token, due, sent.outcome));
    } catch (thrown) {
      this.failure ??= thrown;
    } finally {
      this.sending.delete(delivery.id);
      this.perWebhook.set(webhook.id, (this.perWebhook.get(webhook.id) ?? 1) - 1);
      this.woken.resolve();
    }
  }

  /** Until something was sent or written, or is due. */
  private async pause(nextMs: number): Promise<void> {
    if (this.sending.size === 0) return delay(WORK_MOMENT_MS, undefined, { ref: false });
    const ms = Math.max(WORK_MOMENT_MS, Math.min(nextMs - this.tools.clock.now(), WORK_RETRY_MS));
    await Promise.race([this.woken.promise, delay(ms, undefined, { ref: false })]);
    this.woken = Promise.withResolvers();
  }
}

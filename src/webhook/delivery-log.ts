import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { UnitOfWork } from '../change/unit-of-work.js';
import { Clock } from '../clock/clock.js';
import { WEBHOOK_FIRST_PAUSE_MS, WEBHOOK_GIVE_UP_MS, WEBHOOK_PAUSE_MAX_MS } from '../config/time-limits.js';
import { currentTenant, runAs } from '../tenancy/tenant-context.js';
import { TenantDatabase } from '../tenancy/tenant-database.js';
import { type Attempt, Delivery } from './delivery.entity.js';
import { abandonPending, type DueDelivery, ended } from './outbox.js';
import { isSuccess, type Outcome } from './sender.js';
import { Webhook } from './webhook.entity.js';
import { passFence } from './work-fence.entity.js';

/** Names itself in the changes when it switches a webhook off. */
const ACTOR = 'atrium';
/** The receiver wants no more messages. */
const GONE = 410;

/** Records what became of messages that were sent, and what follows from it. */
@Injectable()
export class DeliveryLog {
  readonly counts = { delivered: 0, failed: 0, dead: 0 };
  /** Webhooks that were switched off here, by the reason. */
  readonly switchedOff = { gone: 0, failing: 0 };
  private readonly logger = new Logger('Webhooks');

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: TenantDatabase,
    private readonly clock: Clock,
  ) {}

  /**
   * @param token of the lease under which it was sent
   * @throws FencedOff when another pod took over: it sends the message again, under the same id
   */
  async record(token: number, { delivery, webhook }: DueDelivery, outcome: Outcome): Promise<void> {
    const at = new Date(this.clock.now());
    const next = { attempts: [...delivery.attempts, attemptOf(outcome, at)], ...after(delivery, outcome, at) };
    const failingSince = isSuccess(outcome) ? null : (webhook.failingSince ?? at);
    const reason = reasonToSwitchOff(outcome, failingSince, at);
    const write = async (manager: EntityManager): Promise<void> => {
      await passFence(manager, token);
      await manager.update(Delivery, { id: delivery.id }, next);
      if (failingSince?.getTime() !== webhook.failingSince?.getTime())
        await manager.update(Webhook, { id: webhook.id }, { failingSince });
    };
    if (reason) await this.switchOff(webhook.id, reason, write);
    else await this.database.write(write);
    this.counts[isSuccess(outcome) ? 'delivered' : 'failed']++;
    if (next.status === 'dead') this.counts.dead++;
  }

  /** As a change like that of an editor. Nothing is written to a webhook that is off already. */
  private async switchOff(
    id: number,
    reason: 'gone' | 'failing',
    write: (manager: EntityManager) => Promise<void>,
  ): Promise<void> {
    const tenant = currentTenant();
    const isOn = await this.database.read((manager) => manager.existsBy(Webhook, { id, active: true }));
    if (!isOn) return this.database.write(write);
    await runAs({ tenant, actor: ACTOR }, () =>
      this.unitOfWork.write(async ({ manager, version, at }) => {
        await write(manager);
        const webhook = await manager.findOneByOrFail(Webhook, { id });
        const before = webhook.toJSON();
        const changed = { active: false, revision: version.revision };
        await manager.update(Webhook, { id }, changed);
        await abandonPending(manager, id, at);
        const after = Object.assign(webhook, changed);
        return { action: 'update', resource: 'webhook', resourceId: id, before, after, result: undefined };
      }),
    );
    this.switchedOff[reason]++;
    this.logger.warn(`${tenant.id}: webhook ${id} is switched off: ${WORDS[reason]}`);
  }
}

const WORDS = { gone: 'it answered 410', failing: 'it has failed for three days' };

function reasonToSwitchOff(outcome: Outcome, failingSince: Date | null, at: Date): 'gone' | 'failing' | undefined {
  if (outcome.status === GONE) return 'gone';
  return failingSince && at.getTime() - failingSince.getTime() >= WEBHOOK_GIVE_UP_MS ? 'failing' : undefined;
}

export function attemptOf({ status, error }: Outcome, at: Date): Attempt {
  return { at: at.toISOString(), status, ...(error === undefined ? {} : { error }) };
}

function after({ attempts, giveUpAt }: Delivery, outcome: Outcome, at: Date) {
  if (isSuccess(outcome)) return ended('delivered', at);
  if (outcome.status === GONE || at >= giveUpAt) return ended('dead', at);
  const next = Math.min(at.getTime() + pauseMs(attempts.length), Math.max(giveUpAt.getTime(), at.getTime()));
  return { status: 'pending' as const, nextAttemptAt: new Date(next) };
}

/** Grows with each failure, and differs between messages, so that a receiver that comes back is not run over. */
function pauseMs(failures: number): number {
  const most = Math.min(WEBHOOK_FIRST_PAUSE_MS * 2 ** failures, WEBHOOK_PAUSE_MAX_MS);
  return most * (0.5 + Math.random() / 2);
}

import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import { SecretBox } from './secret-box.js';
import { SendPermits } from './send-permits.js';
import { type Outcome, Sender, sign, type SignedRequest } from './sender.js';
import type { Webhook } from './webhook.entity.js';

interface Letter {
  id: string;
  body: string;
}

/** Signs and sends messages of the current tenant, as many at a time as the pod may. */
@Injectable()
export class Courier {
  constructor(
    private readonly secrets: SecretBox,
    private readonly sender: Sender,
    private readonly permits: SendPermits,
    private readonly clock: Clock,
  ) {}

  /**
   * @param isWanted asked when its turn has come: it may have waited
   * @returns undefined when it was not wanted any more
   */
  async deliver(
    webhook: Webhook,
    letter: Letter,
    isWanted = () => true,
  ): Promise<{ request?: SignedRequest; outcome: Outcome } | undefined> {
    return this.permits.run(webhook.failingSince !== null, async () => {
      if (!isWanted()) return undefined;
      const secrets = this.secretsOf(webhook);
      if (!secrets) return { outcome: { status: null, error: 'Its secret cannot be read: give it a new one' } };
      const request = sign(webhook.url, letter.id, new Date(this.clock.now()), letter.body, secrets);
      return { request, outcome: await this.sender.send(request) };
    });
  }

  /** The newest first; undefined when it cannot be opened. */
  private secretsOf({ secret, previousSecret, previousUntil }: Webhook): string[] | undefined {
    if (secret === null) return undefined;
    const isOverlap = previousSecret !== null && previousUntil !== null && previousUntil.getTime() > this.clock.now();
    try {
      return [secret, ...(isOverlap ? [previousSecret] : [])].map((sealed) =>
        this.secrets.open(sealed, currentTenant().id),
      );
    } catch {
      return undefined;
    }
  }

  /** Ends what is being sent, as if the receivers did not answer. */
  abort(): Promise<void> {
    return this.sender.onApplicationShutdown();
  }
}

import { Logger } from '@nestjs/common';
import { connectRedis, disconnectRedis, isConnected, type RedisConnection } from '../redis/redis.client.js';
import { type Announcement, Backplane, type BackplaneListener, InProcessBackplane } from './backplane.js';

/** Redis pub/sub. It keeps nothing for a pod that is away: what was missed is made up for by asking the database. */
export class RedisBackplane extends Backplane {
  private readonly local = new InProcessBackplane();
  private readonly publisher: RedisConnection;
  private readonly subscriber: RedisConnection;
  private readonly channel: string;

  /** @param prefix sets environments apart: pub/sub ignores the number of the Redis database */
  constructor(url: string, prefix: string) {
    super();
    this.channel = `${prefix}:revisions`;
    this.publisher = connectRedis(url, 'backplane (sending)');
    this.subscriber = connectRedis(url, 'backplane (receiving)');
    this.subscriber.on('ready', () => void this.subscribe());
  }

  get isConnected(): boolean {
    return isConnected(this.publisher) && isConnected(this.subscriber);
  }

  announce(announcement: Announcement): void {
    this.local.announce(announcement);
    this.publisher.publish(this.channel, JSON.stringify(announcement)).catch(() => undefined); // the others will poll
  }

  listen(listener: BackplaneListener): void {
    this.local.listen(listener);
    this.reconnected.push(() => listener.reconnected());
  }

  async close(): Promise<void> {
    await Promise.all([disconnectRedis(this.publisher), disconnectRedis(this.subscriber)]);
  }

  private readonly reconnected: (() => void)[] = [];
  private subscribed = false;

  private async subscribe(): Promise<void> {
    try {
      // The client renews a subscription by itself when it reconnects.
      if (!this.subscribed) await this.subscriber.subscribe(this.channel, (message) => this.receive(message));
      this.subscribed = true;
      for (const tell of this.reconnected) tell();
    } catch (thrown) {
      new Logger('Backplane').warn(`Cannot subscribe: ${String(thrown)}`);
    }
  }

  private receive(message: string): void {
    try {
      const { tenantId, epoch, revision } = JSON.parse(message) as Partial<Announcement>;
      if (tenantId && epoch && Number.isInteger(revision))
        this.local.announce({ tenantId, epoch, revision: Number(revision) });
    } catch {
      new Logger('Backplane').warn('A message that is not JSON was left aside');
    }
  }
}

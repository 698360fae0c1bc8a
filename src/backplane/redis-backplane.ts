import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { ANNOUNCE_RETRY_MS } from '../config/time-limits.js';
import { connectNodes, type RedisNode } from '../redis/redis-client.js';
import { type Announcement, Backplane } from './backplane.js';

/**
 * Redis pub/sub. It keeps nothing for a pod that is away: what was missed is made up for by asking the database. Of a
 * cluster every node that is named is listened to, so that one of them is enough; what is then heard more than once
 * does no harm.
 */
export class RedisBackplane extends Backplane {
  private readonly publishers: RedisNode[];
  private readonly subscribers: RedisNode[];
  private readonly channel: string;
  /** Names this process in its messages: Redis sends them back, too. */
  private readonly source = randomUUID();

  /** @param prefix sets environments apart: pub/sub ignores the number of the Redis database */
  constructor(url: string, prefix: string) {
    super();
    this.channel = `${prefix}:revisions`;
    this.publishers = connectNodes(url, 'backplane (sending)');
    this.subscribers = connectNodes(url, 'backplane (receiving)');
    for (const subscriber of this.subscribers) subscriber.on('ready', () => void this.subscribe(subscriber));
  }

  get isConnected(): boolean {
    const isHeard = this.publishers.some(({ isReady }) => isReady);
    return isHeard && this.subscribers.some(({ isReady, isPubSubActive }) => isReady && isPubSubActive);
  }

  announce(announcement: Announcement): void {
    this.send(announcement).catch(() => undefined); // the others will poll
  }

  /** For a process that ends right after: resolves when it is sent, or when Redis took longer than `timeoutMs`. */
  async announceAndWait(announcement: Announcement, timeoutMs: number): Promise<void> {
    for (const untilMs = performance.now() + timeoutMs; performance.now() < untilMs; await delay(ANNOUNCE_RETRY_MS)) {
      const sent = this.send(announcement).then(
        () => true,
        () => false, // not connected yet
      );
      if (await Promise.race([sent, delay(timeoutMs, false)])) return;
    }
  }

  close(): void {
    for (const node of [...this.publishers, ...this.subscribers]) node.destroy();
  }

  private async send(announcement: Announcement): Promise<void> {
    const publisher = this.publishers.find(({ isReady }) => isReady);
    if (!publisher) throw new Error('No Redis is connected');
    await publisher.publish(this.channel, JSON.stringify({ ...announcement, source: this.source }));
  }

  private async subscribe(subscriber: RedisNode): Promise<void> {
    try {
      // The client renews a subscription by itself when it reconnects.
      if (!subscriber.isPubSubActive) await subscriber.subscribe(this.channel, (message) => this.receive(message));
      for (const listener of this.listeners) listener.reconnected();
    } catch (thrown) {
      new Logger('Backplane').warn(`Cannot subscribe: ${String(thrown)}`);
    }
  }

  private receive(message: string): void {
    try {
      const { tenantId, epoch, revision, source } = JSON.parse(message) as Partial<Announcement & { source: string }>;
      if (source === this.source) return;
      if ((tenantId || tenantId === null) && epoch && Number.isInteger(revision))
        this.tell({ tenantId, epoch, revision: Number(revision) });
    } catch {
      new Logger('Backplane').warn('A message that is not JSON was left aside');
    }
  }
}

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { ANNOUNCE_RETRY_MS } from '../config/time-limits.js';
import { connectNodes, type RedisNode } from '../redis/redis-client.js';
import { RepeatedWarning } from '../redis/repeated-warning.js';
import { type Announcement, Backplane } from './backplane.js';

/**
 * Redis pub/sub. Redis keeps no message for a pod that is away; after a reconnection the listeners ask the database
 * instead. With a cluster this subscribes at every node named in REDIS_URL, so that one reachable node is enough. A
 * message may then arrive more than once, which does no harm.
 */
export class RedisBackplane extends Backplane {
  private readonly publishers: RedisNode[];
  private readonly subscribers: RedisNode[];
  private readonly channel: string;
  /** Identifies this process in its messages, because Redis sends them back to it too. */
  private readonly source = randomUUID();
  private readonly foreign = new RepeatedWarning('Backplane');

  /** @param prefix separates environments: pub/sub ignores the number of the Redis database */
  constructor(url: string, prefix: string) {
    super();
    this.channel = `${prefix}:revisions`;
    this.publishers = connectNodes(url, 'backplane (sending)');
    this.subscribers = connectNodes(url, 'backplane (receiving)');
    for (const subscriber of this.subscribers) subscriber.on('ready', () => void this.subscribe(subscriber));
  }

  get isConnected(): boolean {
    const canSend = this.publishers.some(({ isReady }) => isReady);
    return canSend && this.subscribers.some(({ isReady, isPubSubActive }) => isReady && isPubSubActive);
  }

  announce(announcement: Announcement): void {
    this.send(announcement).catch(() => undefined); // the other pods poll the database
  }

  /** Resolves when the announcement is sent, or after `timeoutMs`. For a process that ends right after. */
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
      for (const listener of this.listeners) listener.onReconnection();
    } catch (thrown) {
      new Logger('Backplane').warn(`Cannot subscribe: ${String(thrown)}`);
    }
  }

  private receive(message: string): void {
    const read = parse(message);
    if (read?.source === this.source) return; // absent in messages of older releases
    if (read) this.notify(read.announcement);
    else this.foreign.warn('Ignored a message that is not an announcement');
  }
}

/** Anybody who reaches Redis can send a message. */
function parse(message: string): { announcement: Announcement; source: unknown } | undefined {
  try {
    const { tenantId, epoch, revision, source } = JSON.parse(message) as Record<string, unknown>;
    if (tenantId !== null && (typeof tenantId !== 'string' || tenantId === '')) return undefined;
    if (typeof epoch !== 'string' || epoch === '' || typeof revision !== 'number' || !Number.isInteger(revision))
      return undefined;
    return { announcement: { tenantId, epoch, revision }, source };
  } catch {
    return undefined;
  }
}

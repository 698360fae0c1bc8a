import KeyvRedis from '@keyv/redis';
import { Keyv } from 'keyv';
import { connectRedis } from '../redis/redis-client.js';
import { RepeatedWarning } from '../redis/repeated-warning.js';

/**
 * A refusal by Redis: its message starts with a code such as ERR. Outages and incomplete clusters are logged by the
 * connection, once each.
 */
const REFUSAL = /^(?!CLUSTERDOWN|LOADING)[A-Z]+ /;

/** Redis answered a write, and did not take it: its memory is full, or it is a replica that is only read. */
export class WriteRefused extends Error {}

/**
 * Redis as a store of cache-manager. While Redis is away, reads find nothing instead of waiting, and writes
 * reject.
 */
export function openRedis(url: string, namespace: string): Keyv {
  const store = new ConnectedStore(connectRedis(url, 'cache'), { namespace });
  const keyv = new Keyv({ store, namespace, useKeyPrefix: false, throwOnErrors: true });
  const refusals = new RepeatedWarning('Redis');
  keyv.on('error', (error: Error) => {
    if (REFUSAL.test(error.message) && !(error instanceof WriteRefused)) refusals.warn(error.message);
  });
  return keyv;
}

/** Uses a connection that reconnects by itself. KeyvRedis would connect at each call, and wait for a cluster that is away. */
class ConnectedStore extends KeyvRedis<unknown> {
  override async getClient() {
    return this.client;
  }

  /** @throws WriteRefused */
  override async set(key: string, value: string, ttlMs?: number): Promise<void> {
    const name = this.createKeyPrefix(key, this.namespace);
    try {
      await this.client.set(name, value, ttlMs === undefined ? {} : { PX: ttlMs });
    } catch (thrown) {
      throw thrown instanceof Error && REFUSAL.test(thrown.message) ? new WriteRefused(thrown.message) : thrown;
    }
  }

  override async disconnect(): Promise<void> {
    await this.client.destroy();
  }
}

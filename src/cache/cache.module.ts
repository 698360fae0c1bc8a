import { CacheModule as CacheManagerModule, type CacheOptions } from '@nestjs/cache-manager';
import { Global, Logger, Module } from '@nestjs/common';
import KeyvRedis from '@keyv/redis';
import { Keyv } from 'keyv';
import { CONFIG, type Config } from '../config/config.js';
import { connectRedis } from '../redis/redis-client.js';
import { CacheMetrics } from './cache-metrics.js';
import { DistributedCache } from './distributed-cache.js';
import { KnownVersions } from './known-versions.js';
import { Memory } from './memory.js';
import { TenantCache } from './tenant-cache.js';
import { VersionTracker } from './version-tracker.js';

@Global()
@Module({
  imports: [
    CacheManagerModule.registerAsync({
      inject: [CONFIG],
      useFactory: ({ redisUrl, redisPrefix }: Config): CacheOptions => ({
        stores: redisUrl === undefined ? undefined : [openRedis(redisUrl, redisPrefix)],
      }),
    }),
  ],
  providers: [TenantCache, KnownVersions, VersionTracker, Memory, DistributedCache, CacheMetrics],
  exports: [TenantCache, KnownVersions, VersionTracker, Memory, DistributedCache, CacheMetrics],
})
export class CacheModule {}

/**
 * A refusal by Redis: its message starts with a code such as ERR. Outages and incomplete clusters are logged by the
 * connection, once each.
 */
const REFUSAL = /^(?!CLUSTERDOWN|LOADING)[A-Z]+ /;

/** Redis as a store of cache-manager. While Redis is away, calls find nothing instead of waiting. */
export function openRedis(url: string, namespace: string): Keyv {
  const store = new ConnectedStore(connectRedis(url, 'cache'), { namespace });
  const keyv = new Keyv({ store, namespace, useKeyPrefix: false });
  keyv.on('error', ({ message }: Error) => REFUSAL.test(message) && new Logger('Redis').error(message));
  return keyv;
}

/** Uses a connection that reconnects by itself. KeyvRedis would connect at each call, and wait for a cluster that is away. */
class ConnectedStore extends KeyvRedis<unknown> {
  override async getClient() {
    return this.client;
  }

  override async disconnect(): Promise<void> {
    await this.client.destroy();
  }
}

import { CacheModule as CacheManagerModule, type CacheOptions } from '@nestjs/cache-manager';
import { Global, Logger, Module } from '@nestjs/common';
import KeyvRedis from '@keyv/redis';
import { Keyv } from 'keyv';
import { CONFIG, type Config } from '../config/config.js';
import { connectRedis } from '../redis/redis-client.js';
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
  providers: [TenantCache, KnownVersions, VersionTracker, Memory, DistributedCache],
  exports: [TenantCache, KnownVersions, VersionTracker, Memory, DistributedCache],
})
export class CacheModule {}

/** It starts with its code, as ERR. That Redis is away, or is no whole cluster yet, is said elsewhere, and once. */
const REFUSAL = /^(?!CLUSTERDOWN|LOADING)[A-Z]+ /;

/** Redis as cache-manager takes it; calls while it is away find nothing instead of waiting. */
export function openRedis(url: string, namespace: string): Keyv {
  const store = new ConnectedStore(connectRedis(url, 'cache'), { namespace });
  const keyv = new Keyv({ store, namespace, useKeyPrefix: false });
  keyv.on('error', ({ message }: Error) => REFUSAL.test(message) && new Logger('Redis').error(message));
  return keyv;
}

/** Its connection looks after itself: the store would connect to a cluster that is away with each call, and wait for it. */
class ConnectedStore extends KeyvRedis<unknown> {
  override async getClient() {
    return this.client;
  }

  override async disconnect(): Promise<void> {
    await this.client.destroy();
  }
}

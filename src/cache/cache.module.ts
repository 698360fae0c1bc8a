import { CacheModule as CacheManagerModule, type CacheOptions } from '@nestjs/cache-manager';
import { Global, Logger, Module } from '@nestjs/common';
import KeyvRedis from '@keyv/redis';
import { Keyv } from 'keyv';
import { CONFIG, type Config } from '../config/config.js';
import { connectRedis } from '../redis/redis.client.js';
import { DistributedCache } from './distributed-cache.js';
import { HotLane } from './hot-lane.js';
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
  providers: [TenantCache, VersionTracker, Memory, DistributedCache, HotLane],
  exports: [TenantCache, VersionTracker, Memory, DistributedCache, HotLane],
})
export class CacheModule {}

/** Redis as cache-manager takes it; calls while it is away find nothing instead of waiting. */
export function openRedis(url: string, namespace: string): Keyv {
  const store = new KeyvRedis(connectRedis(url, 'cache'), { namespace, throwOnConnectError: false });
  const keyv = new Keyv({ store, namespace, useKeyPrefix: false });
  // That Redis is away is said by the client's own listener; a refusal (it starts with its code, as ERR) is news.
  keyv.on('error', ({ message }: Error) => /^[A-Z]+ /.test(message) && new Logger('Redis').error(message));
  return keyv;
}

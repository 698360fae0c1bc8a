import { CacheModule as CacheManagerModule, type CacheOptions } from '@nestjs/cache-manager';
import { Global, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { CacheMetrics } from './cache-metrics.js';
import { openRedis } from './connected-store.js';
import { DistributedCache } from './distributed-cache.js';
import { KnownVersions } from './known-versions.js';
import { Memory } from './memory.js';
import { PageCache } from './page-cache.js';
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
  providers: [TenantCache, PageCache, KnownVersions, VersionTracker, Memory, DistributedCache, CacheMetrics],
  exports: [TenantCache, PageCache, KnownVersions, VersionTracker, Memory, DistributedCache, CacheMetrics],
})
export class CacheModule {}

import { type DynamicModule, Module } from '@nestjs/common';
import { TenancyMetrics } from './tenancy-metrics.js';
import { RateLimiter } from './rate-limiter.js';
import { TENANT_TABLES, type TenantTable } from './feature.js';
import { TenantConnections } from './tenant-connections.js';
import { TenantDatabase } from './tenant-database.js';

@Module({})
export class TenancyModule {
  /** @param tables that make up a tenant's schema */
  static forRoot(tables: TenantTable[]): DynamicModule {
    return {
      module: TenancyModule,
      global: true,
      providers: [
        TenantConnections,
        TenantDatabase,
        RateLimiter,
        TenancyMetrics,
        { provide: TENANT_TABLES, useValue: tables },
      ],
      exports: [TenantConnections, TenantDatabase, RateLimiter, TENANT_TABLES],
    };
  }
}

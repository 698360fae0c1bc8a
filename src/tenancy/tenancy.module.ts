import { type DynamicModule, Module } from '@nestjs/common';
import { RateLimiter } from './rate-limiter.js';
import { TENANT_ENTITIES, TenantConnections } from './tenant-connections.js';
import { TenantDatabase } from './tenant-database.js';

@Module({})
export class TenancyModule {
  /** @param entities the classes whose rows lie in a tenant's schema */
  static forRoot(entities: Function[]): DynamicModule {
    return {
      module: TenancyModule,
      global: true,
      providers: [TenantConnections, TenantDatabase, RateLimiter, { provide: TENANT_ENTITIES, useValue: entities }],
      exports: [TenantConnections, TenantDatabase, RateLimiter],
    };
  }
}

import { type DynamicModule, Module } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Catalogue } from './catalogue.service.js';
import { ENGINE, type Engine } from './engine.js';
import { EngineModule } from './engine.module.js';
import { Migrated } from './migrated.entity.js';
import { Migrator } from './migrator.js';
import { RateLimiter } from './rate-limiter.js';
import { TENANT_ENTITIES, TenantConnections } from './tenant-connections.js';
import { TenantDatabase } from './tenant-database.js';
import { Tenant } from './tenant.entity.js';

@Module({})
export class TenancyModule {
  /** @param entities the classes whose rows lie in a tenant's schema */
  static forRoot(entities: Function[]): DynamicModule {
    return {
      module: TenancyModule,
      global: true,
      imports: [
        EngineModule,
        TypeOrmModule.forRootAsync({
          inject: [ENGINE],
          useFactory: (engine: Engine) => ({ ...engine.catalogueOptions([Tenant, Migrated]), retryAttempts: 0 }),
        }),
        TypeOrmModule.forFeature([Tenant]),
      ],
      providers: [
        Catalogue,
        TenantConnections,
        TenantDatabase,
        RateLimiter,
        { provide: TENANT_ENTITIES, useValue: entities },
        {
          provide: Migrator,
          inject: [ENGINE, getDataSourceToken()],
          useFactory: (engine: Engine, catalogue: DataSource) => new Migrator(engine, catalogue),
        },
      ],
      exports: [Catalogue, TenantDatabase, RateLimiter, Migrator],
    };
  }
}

import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CONFIG, type Config } from '../config.js';
import { Catalogue } from './catalogue.service.js';
import { RateLimiter } from './rate-limiter.js';
import { catalogueOptions } from './sqlite.js';
import { TENANT_ENTITIES, TenantDatabase } from './tenant-database.js';
import { Tenant } from './tenant.entity.js';

@Module({})
export class TenancyModule {
  /** @param entities the classes whose rows lie in a tenant's schema */
  static forRoot(entities: Function[]): DynamicModule {
    return {
      module: TenancyModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [CONFIG],
          useFactory: (config: Config) => ({
            ...catalogueOptions(config.databaseFolder),
            migrationsRun: config.migrateAtStart,
            retryAttempts: 0,
          }),
        }),
        TypeOrmModule.forFeature([Tenant]),
      ],
      providers: [Catalogue, TenantDatabase, RateLimiter, { provide: TENANT_ENTITIES, useValue: entities }],
      exports: [Catalogue, TenantDatabase, RateLimiter],
    };
  }
}

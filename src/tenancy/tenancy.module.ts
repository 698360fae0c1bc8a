import { type DynamicModule, Module } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { Catalogue } from './catalogue.service.js';
import { CATALOGUE_ENTITIES, CatalogueStore } from './catalogue.store.js';
import { openDataSource } from './data-source.js';
import { ENGINE, type Engine } from './engine.js';
import { EngineModule } from './engine.module.js';
import { FloodGuard } from './flood-guard.js';
import { Migrator } from './migrator.js';
import { RateLimiter } from './rate-limiter.js';
import { TENANT_ENTITIES, TenantConnections } from './tenant-connections.js';
import { TenantDatabase } from './tenant-database.js';

@Module({})
export class TenancyModule {
  constructor(catalogue: Catalogue, connections: TenantConnections) {
    catalogue.onLeave(({ id }) => void connections.close(id).catch(() => undefined));
  }

  /** @param entities the classes whose rows lie in a tenant's schema */
  static forRoot(entities: Function[]): DynamicModule {
    return {
      module: TenancyModule,
      global: true,
      imports: [
        EngineModule,
        TypeOrmModule.forRootAsync({
          inject: [ENGINE],
          useFactory: (engine: Engine) => ({ ...engine.catalogueOptions(CATALOGUE_ENTITIES), retryAttempts: 0 }),
          dataSourceFactory: (options) => openDataSource(options as DataSourceOptions),
        }),
      ],
      providers: [
        Catalogue,
        {
          provide: CatalogueStore,
          inject: [ENGINE, getDataSourceToken()],
          useFactory: (engine: Engine, catalogue: DataSource) => new CatalogueStore(catalogue, engine),
        },
        TenantConnections,
        TenantDatabase,
        FloodGuard,
        RateLimiter,
        { provide: TENANT_ENTITIES, useValue: entities },
        {
          provide: Migrator,
          inject: [ENGINE, CatalogueStore],
          useFactory: (engine: Engine, store: CatalogueStore) => new Migrator(engine, store),
        },
      ],
      exports: [Catalogue, CatalogueStore, Migrator, TenantConnections, TenantDatabase, RateLimiter],
    };
  }
}

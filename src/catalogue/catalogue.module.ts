import { Global, Module } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { openDataSource } from '../database/data-source.js';
import { ENGINE, type Engine } from '../database/engine.js';
import { Catalogue } from './catalogue.js';
import { CatalogueMetrics } from './catalogue-metrics.js';
import { CATALOGUE_ENTITIES, CatalogueStore } from './catalogue-store.js';
import { WorkLeases } from './work-leases.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [ENGINE],
      useFactory: (engine: Engine) => ({ ...engine.catalogueOptions(CATALOGUE_ENTITIES), retryAttempts: 0 }),
      dataSourceFactory: (options) => openDataSource(options as DataSourceOptions),
    }),
  ],
  providers: [
    Catalogue,
    CatalogueMetrics,
    WorkLeases,
    {
      provide: CatalogueStore,
      inject: [ENGINE, getDataSourceToken()],
      useFactory: (engine: Engine, catalogue: DataSource) => new CatalogueStore(catalogue, engine),
    },
  ],
  exports: [Catalogue, CatalogueStore, WorkLeases],
})
export class CatalogueModule {}

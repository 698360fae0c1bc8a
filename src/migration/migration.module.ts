import { Global, Module } from '@nestjs/common';
import { CatalogueStore } from '../catalogue/catalogue-store.js';
import { ENGINE, type Engine } from '../database/engine.js';
import { Migrator } from './migrator.js';
import { StartupMigration } from './startup-migration.js';

@Global()
@Module({
  providers: [
    StartupMigration,
    {
      provide: Migrator,
      inject: [ENGINE, CatalogueStore],
      useFactory: (engine: Engine, store: CatalogueStore) => new Migrator(engine, store),
    },
  ],
  exports: [Migrator],
})
export class MigrationModule {}

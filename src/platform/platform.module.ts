import { Module } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { CatalogueStore } from '../catalogue/catalogue-store.js';
import { ENGINE, type Engine } from '../database/engine.js';
import { Migrator } from '../migration/migrator.js';
import { TenantController } from './tenant.controller.js';
import { TenantLifecycle } from './tenant-lifecycle.js';
import { TenantService } from './tenant.service.js';

/** Each takes two connections for as long as it lasts. */
const AT_A_TIME = 2;

@Module({
  controllers: [TenantController],
  providers: [
    TenantService,
    {
      provide: TenantLifecycle,
      inject: [CatalogueStore, ENGINE, Migrator, Clock, CONFIG],
      useFactory: (store: CatalogueStore, engine: Engine, migrator: Migrator, clock: Clock, config: Config) => {
        const places = engine.poolUse ? Math.floor(config.databasePoolMax / 2) : AT_A_TIME;
        return new TenantLifecycle(store, engine, migrator, clock, config.exportFolder, Math.min(AT_A_TIME, places));
      },
    },
  ],
})
export class PlatformModule {}

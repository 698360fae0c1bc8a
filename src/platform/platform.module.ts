import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { CatalogueStore } from '../catalogue/catalogue-store.js';
import { ENGINE, type Engine } from '../database/engine.js';
import { Feature, TENANT_TABLES, type TenantTable } from '../tenancy/feature.js';
import { Migrator } from '../migration/migrator.js';
import { TenantController } from './tenant.controller.js';
import { TenantLifecycle } from './tenant-lifecycle.js';
import { TenantService } from './tenant.service.js';

/** Tenants that are added or retired at a time. Each takes two connections for as long as it lasts. */
const AT_A_TIME = 2;

@Feature({
  tags: [{ name: 'tenants', description: 'The shopping centres themselves, for admins of the platform' }],
  controllers: [TenantController],
  providers: [
    TenantService,
    {
      provide: TenantLifecycle,
      inject: [CatalogueStore, ENGINE, Migrator, TENANT_TABLES, Clock, CONFIG],
      useFactory: (
        store: CatalogueStore,
        engine: Engine,
        migrator: Migrator,
        tables: TenantTable[],
        clock: Clock,
        config: Config,
      ) => {
        const permits = engine.poolUse ? Math.floor(config.databasePoolMax / 2) : AT_A_TIME;
        return new TenantLifecycle(
          store,
          engine,
          migrator,
          tables,
          clock,
          config.exportFolder,
          Math.min(AT_A_TIME, permits),
        );
      },
    },
  ],
})
export class PlatformModule {}

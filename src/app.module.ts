import { type DynamicModule, type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { AuthModule } from './auth/auth.module.js';
import { BackplaneModule } from './backplane/backplane.module.js';
import { CacheModule } from './cache/cache.module.js';
import { CampaignController } from './campaign/campaign.controller.js';
import { Campaign } from './campaign/campaign.entity.js';
import { CampaignModule } from './campaign/campaign.module.js';
import { CatalogueModule } from './catalogue/catalogue.module.js';
import { ChangeController } from './change/change.controller.js';
import { Change } from './change/change.entity.js';
import { ChangeModule } from './change/change.module.js';
import { Clock } from './clock/clock.js';
import { CONFIG, type Config } from './config/config.js';
import { EngineModule } from './database/engine.module.js';
import { DemoModule } from './demo/demo.module.js';
import { EventController } from './event/event.controller.js';
import { Event } from './event/event.entity.js';
import { EventModule } from './event/event.module.js';
import { FastPathModule } from './fast-path/fast-path.module.js';
import { IdempotencyRecord } from './idempotency/idempotency-record.entity.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { MigrationModule } from './migration/migration.module.js';
import { ObservabilityModule } from './observability/observability.module.js';
import { PlatformModule } from './platform/platform.module.js';
import { Revision } from './revision/revision.entity.js';
import { TenancyModule } from './tenancy/tenancy.module.js';
import { TenantMiddleware } from './tenancy/tenant.middleware.js';

/** The table of contents. */
@Module({})
export class AppModule implements NestModule {
  static forRoot(config: Config, clock: Clock): DynamicModule {
    return {
      module: AppModule,
      imports: [
        {
          module: class SettingsModule {},
          global: true,
          providers: [
            { provide: CONFIG, useValue: config },
            { provide: Clock, useValue: clock },
          ],
          exports: [CONFIG, Clock],
        },
        BackplaneModule,
        EngineModule,
        CatalogueModule,
        ObservabilityModule,
        MigrationModule,
        TenancyModule.forRoot([Campaign, Event, Change, Revision, IdempotencyRecord]),
        AuthModule.forRoot(config),
        ChangeModule,
        CacheModule,
        FastPathModule,
        MetricsModule.forRoot(config),
        CampaignModule,
        EventModule,
        DemoModule,
        PlatformModule,
      ],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(TenantMiddleware).forRoutes(CampaignController, EventController, ChangeController);
  }
}

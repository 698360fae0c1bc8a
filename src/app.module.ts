import { type DynamicModule, type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { AuthModule } from './auth/auth.module.js';
import { RateMiddleware } from './auth/rate.middleware.js';
import { RouteTable } from './auth/route-table.js';
import { BackplaneModule } from './backplane/backplane.module.js';
import { CacheModule } from './cache/cache.module.js';
import { CampaignModule } from './campaign/campaign.module.js';
import { CatalogueModule } from './catalogue/catalogue.module.js';
import { ChangeModule } from './change/change.module.js';
import { Clock } from './clock/clock.js';
import { CONFIG, type Config } from './config/config.js';
import { EngineModule } from './database/engine.module.js';
import { DemoModule } from './demo/demo.module.js';
import { EventModule } from './event/event.module.js';
import { HistoryModule } from './history/history.module.js';
import { HealthModule } from './health/health.module.js';
import { FastPathModule } from './fast-path/fast-path.module.js';
import { ImportModule } from './import/import.module.js';
import { MeterModule } from './meter/meter.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { MigrationModule } from './migration/migration.module.js';
import { ObservabilityModule } from './observability/observability.module.js';
import type { Described } from './openapi/document.js';
import { PlatformModule } from './platform/platform.module.js';
import { RolloutModule } from './rollout/rollout.module.js';
import { resourcesOf, tablesOf, tagsOf } from './tenancy/feature.js';
import { TenancyModule } from './tenancy/tenancy.module.js';
import { TenantMiddleware } from './tenancy/tenant.middleware.js';
import { TimelineModule } from './timeline/timeline.module.js';
import { WebhookModule } from './webhook/webhook.module.js';

/** A new feature is a line here: its module declares the rest. Exports and the API's description keep this order. */
const FEATURES = [
  CampaignModule,
  EventModule,
  ChangeModule,
  ImportModule,
  TimelineModule,
  RolloutModule,
  HistoryModule,
  WebhookModule,
  PlatformModule,
  HealthModule,
];

/** The tables of every tenant's schema. */
export const TABLES = tablesOf(FEATURES);

export const DESCRIBED: Described = { tags: tagsOf(FEATURES), resources: resourcesOf(TABLES) };

/** The modules of the application. */
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
        MeterModule,
        BackplaneModule,
        EngineModule,
        CatalogueModule,
        ObservabilityModule,
        MigrationModule,
        TenancyModule.forRoot(TABLES),
        AuthModule.forRoot(config),
        CacheModule,
        FastPathModule,
        MetricsModule.forRoot(config),
        ...FEATURES,
        DemoModule,
      ],
    };
  }

  constructor(private readonly routes: RouteTable) {}

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(TenantMiddleware, RateMiddleware).forRoutes(...this.routes.tenantControllers());
  }
}

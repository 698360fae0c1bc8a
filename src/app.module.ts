import { type DynamicModule, type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { AuthModule } from './auth/auth.module.js';
import { BackplaneModule } from './backplane/backplane.module.js';
import { CacheModule } from './cache/cache.module.js';
import { CampaignController } from './campaign/campaign.controller.js';
import { Campaign } from './campaign/campaign.entity.js';
import { CampaignModule } from './campaign/campaign.module.js';
import { Clock } from './clock.js';
import { CONFIG, type Config } from './config/config.js';
import { DemoModule } from './demo/demo.module.js';
import { EventController } from './event/event.controller.js';
import { Event } from './event/event.entity.js';
import { EventModule } from './event/event.module.js';
import { IdempotencyRecord } from './idempotency/idempotency-record.entity.js';
import { ObservabilityModule } from './observability/observability.module.js';
import { ChangeController } from './revision/change.controller.js';
import { Change } from './revision/change.entity.js';
import { Revision } from './revision/revision.entity.js';
import { RevisionModule } from './revision/revision.module.js';
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
        AuthModule.forRoot(config),
        TenancyModule.forRoot([Campaign, Event, Change, Revision, IdempotencyRecord]),
        BackplaneModule,
        RevisionModule,
        CacheModule,
        CampaignModule,
        EventModule,
        DemoModule,
        ObservabilityModule.forRoot(config),
      ],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(TenantMiddleware).forRoutes(CampaignController, EventController, ChangeController);
  }
}

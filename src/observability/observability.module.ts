import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { HealthModule } from '../health/health.module.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsServer } from './metrics.server.js';
import { RequestDurations } from './request-durations.js';
import { RequestObserver } from './request-observer.js';
import { TenantRequests } from './tenant-requests.js';

@Module({})
export class ObservabilityModule {
  static forRoot({ metrics, metricsPort }: Config): DynamicModule {
    return {
      module: ObservabilityModule,
      global: true,
      imports: [HealthModule],
      controllers: metrics && metricsPort === undefined ? [MetricsController] : [],
      providers: [
        RequestDurations,
        TenantRequests,
        RequestObserver,
        Metrics,
        ...(metrics && metricsPort !== undefined ? [MetricsServer] : []),
      ],
      exports: [RequestDurations, TenantRequests],
    };
  }
}

import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsServer } from './metrics-server.js';

@Module({})
export class MetricsModule {
  static forRoot({ metrics, metricsPort }: Config): DynamicModule {
    return {
      module: MetricsModule,
      controllers: metrics && metricsPort === undefined ? [MetricsController] : [],
      providers: [Metrics, ...(metrics && metricsPort !== undefined ? [MetricsServer] : [])],
    };
  }
}

import { Global, Module } from '@nestjs/common';
import { RequestDurations } from './request-durations.js';
import { RequestMetrics } from './request-metrics.js';
import { RequestObserver } from './request-observer.js';
import { TenantRequests } from './tenant-requests.js';

@Global()
@Module({
  providers: [RequestDurations, TenantRequests, RequestObserver, RequestMetrics],
  exports: [RequestDurations, TenantRequests, RequestObserver],
})
export class ObservabilityModule {}

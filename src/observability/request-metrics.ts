import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { PullRegistry } from '../meter/pull-registry.js';
import { RequestDurations } from './request-durations.js';
import { RequestObserver } from './request-observer.js';
import { TenantRequests } from './tenant-requests.js';

@Injectable()
export class RequestMetrics {
  constructor(
    registry: PullRegistry,
    durations: RequestDurations,
    observer: RequestObserver,
    tenantRequests: TenantRequests,
    @Inject(CONFIG) { metricsTenantsMax }: Config,
  ) {
    registry.registerMetric(durations as never); // it has what the registry asks of a metric
    const inFlight = 'Requests that were not answered yet; where this is served with them, itself among them';
    registry.gauge('atrium_http_requests_under_way', inFlight, () => observer.list().length);
    if (metricsTenantsMax === 0) return;
    const requests = 'Requests of each tenant, by class of status';
    registry.counterOf('atrium_tenant_requests_total', requests, () => tenantRequests.values(), ['tenant', 'status']);
  }
}

import { Injectable } from '@nestjs/common';
import { PullRegistry } from '../meter/pull-registry.js';
import { RateLimiter } from './rate-limiter.js';
import { TenantConnections } from './tenant-connections.js';

@Injectable()
export class TenancyMetrics {
  constructor(registry: PullRegistry, connections: TenantConnections, limiter: RateLimiter) {
    const failing = 'Which this pod could not open within the last minute';
    registry.gauge('atrium_tenants_failing', failing, () => connections.failing);
    const limited = 'Requests refused because their tenant asked too often';
    registry.counter('atrium_rate_limited_total', limited, () => limiter.refused);
  }
}

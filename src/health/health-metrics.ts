import { Injectable } from '@nestjs/common';
import { PullRegistry } from '../meter/pull-registry.js';
import { DatabaseProbe } from './database-probe.js';
import { Readiness } from './readiness.js';

@Injectable()
export class HealthMetrics {
  constructor(registry: PullRegistry, readiness: Readiness, probe: DatabaseProbe) {
    registry.gauge('atrium_ready', 'Whether requests should be sent here', () => Number(readiness.isReady));
    // While the database does not answer, its last answer is shown.
    const ask = () => probe.ask().catch(() => probe.last);
    registry.gauge('atrium_tenants_behind', 'Whose schema awaits a migration', async () => (await ask())?.behind);
    const quarantined = 'Whose last migration failed';
    registry.gauge('atrium_tenants_quarantined', quarantined, async () => (await ask())?.quarantined);
  }
}

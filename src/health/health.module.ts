import { Feature } from '../tenancy/feature.js';
import { TerminusModule } from '@nestjs/terminus';
import { DatabaseProbe } from './database-probe.js';
import { HealthController } from './health.controller.js';
import { HealthMetrics } from './health-metrics.js';
import { Indicators } from './indicators.js';
import { Readiness } from './readiness.js';

@Feature({
  tags: [
    {
      name: 'health',
      description: 'Whether the service is well, for probes and dashboards: without shopping centre and token',
    },
  ],
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [Readiness, DatabaseProbe, Indicators, HealthMetrics],
})
export class HealthModule {}

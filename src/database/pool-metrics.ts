import { Inject, Injectable } from '@nestjs/common';
import { PullRegistry } from '../meter/pull-registry.js';
import { ENGINE, type Engine, type PoolUse } from './engine.js';

@Injectable()
export class PoolMetrics {
  constructor(registry: PullRegistry, @Inject(ENGINE) engine: Engine) {
    if (!engine.poolUse) return;
    const read = (): PoolUse => engine.poolUse ?? { used: 0, idle: 0, waiting: 0, max: 0 };
    const byState = () => ({ used: read().used, idle: read().idle });
    const connections = 'Connections of this pod, all tenants together';
    registry.gauge('atrium_database_pool_connections', connections, byState, 'state');
    registry.gauge('atrium_database_pool_waiting', 'Who waits for a connection', () => read().waiting);
    registry.gauge('atrium_database_pool_max', 'As many connections as there may be', () => read().max);
  }
}

import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { ENGINE, type Engine } from './engine.js';
import { openEngine } from './open-engine.js';
import { PoolMetrics } from './pool-metrics.js';

@Global()
@Module({
  providers: [{ provide: ENGINE, inject: [CONFIG], useFactory: (config: Config) => openEngine(config) }, PoolMetrics],
  exports: [ENGINE],
})
export class EngineModule implements OnApplicationShutdown {
  constructor(@Inject(ENGINE) private readonly engine: Engine) {}

  onApplicationShutdown(): Promise<void> {
    return this.engine.close();
  }
}

import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Backplane, InProcessBackplane } from './backplane.js';
import { BackplaneMetrics } from './backplane-metrics.js';
import { RedisBackplane } from './redis-backplane.js';

@Global()
@Module({
  providers: [
    {
      provide: Backplane,
      inject: [CONFIG],
      useFactory: ({ redisUrl, redisPrefix }: Config) =>
        redisUrl === undefined ? new InProcessBackplane() : new RedisBackplane(redisUrl, redisPrefix),
    },
    BackplaneMetrics,
  ],
  exports: [Backplane],
})
export class BackplaneModule implements OnApplicationShutdown {
  constructor(@Inject(Backplane) private readonly backplane: Backplane) {}

  onApplicationShutdown(): void {
    if (this.backplane instanceof RedisBackplane) this.backplane.close();
  }
}

import { Global, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { PullRegistry } from './pull-registry.js';

/** The registry is one for each application: several may run in a process. */
@Global()
@Module({
  providers: [
    { provide: PullRegistry, inject: [CONFIG], useFactory: ({ metrics }: Config) => new PullRegistry(metrics) },
  ],
  exports: [PullRegistry],
})
export class MeterModule {}

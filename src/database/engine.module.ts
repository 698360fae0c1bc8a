import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { ENGINE, type Engine } from './engine.js';
import { PoolMetrics } from './pool-metrics.js';

/** Chooses the engine by the configuration, and loads no other: SQL Server's driver is slow to load. */
export async function openEngine({ sqlServer, databaseFolder, databasePoolMax }: Config): Promise<Engine> {
  if (sqlServer) {
    const { SqlServerEngine } = await import('./sql-server/sql-server-engine.js');
    return new SqlServerEngine(sqlServer, databasePoolMax);
  }
  const { SqliteEngine } = await import('./sqlite/sqlite-engine.js');
  return new SqliteEngine(databaseFolder);
}

@Global()
@Module({
  providers: [{ provide: ENGINE, inject: [CONFIG], useFactory: openEngine }, PoolMetrics],
  exports: [ENGINE],
})
export class EngineModule implements OnApplicationShutdown {
  constructor(@Inject(ENGINE) private readonly engine: Engine) {}

  onApplicationShutdown(): Promise<void> {
    return this.engine.close();
  }
}

import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config.js';
import { ENGINE, type Engine } from './engine.js';
import { SqlServerEngine } from './sql-server.engine.js';
import { SqliteEngine } from './sqlite.engine.js';

/** The one place that knows which engine there is. */
export function openEngine({ sqlServer, databaseFolder, databasePoolMax }: Config): Engine {
  return sqlServer ? new SqlServerEngine(sqlServer, databasePoolMax) : new SqliteEngine(databaseFolder);
}

@Global()
@Module({ providers: [{ provide: ENGINE, inject: [CONFIG], useFactory: openEngine }], exports: [ENGINE] })
export class EngineModule implements OnApplicationShutdown {
  constructor(@Inject(ENGINE) private readonly engine: Engine) {}

  onApplicationShutdown(): Promise<void> {
    return this.engine.close();
  }
}

import type { DataSourceOptions } from 'typeorm';
import { AbstractLogger } from 'typeorm';
import type { Engine } from '../../src/database/engine.js';

/**
 * An engine whose process is gone, as by kill -9, as soon as its databases are sent a statement for which `isLast` says
 * so: before that statement does anything.
 */
export function dyingEngine(engine: Engine, isLast: (statement: string) => boolean): Engine {
  class Killer extends AbstractLogger {
    protected writeLog(): void {}
    override logQuery(statement: string): void {
      if (isLast(statement)) process.kill(process.pid, 'SIGKILL');
    }
  }
  const watched = (options: DataSourceOptions): DataSourceOptions => ({
    ...options,
    logging: true,
    logger: new Killer(),
  });
  return new Proxy(engine, {
    // What the engine opens for itself is watched too: it calls its own methods by way of this.
    get(target, name: keyof Engine, watching) {
      const member = target[name] as unknown;
      if (typeof member !== 'function') return member;
      const method = (member as (...args: unknown[]) => unknown).bind(watching);
      if (!name.endsWith('Options')) return method;
      return (...args: unknown[]) => watched(method(...args) as DataSourceOptions);
    },
  });
}

import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { TABLES } from '../../src/app.module.js';
import { loadConfig } from '../../src/config/config.js';
import { type CliContext, withCliContext } from '../../src/platform/cli-context.js';
import { exportTenant } from '../../src/platform/tenant-export.js';
import type { ImportReport, RewindReport } from '../../src/platform/tenant-history.js';
import { type Atrium, startAtrium } from './atrium.js';
import { createDatabase, type TestDatabase } from './database.js';

/** One line of an export. */
export type ExportLine = Record<string, unknown> & { type: string };

/** A database on which the service and the commands work in turn, as on the embedded one they must. */
export class Platform {
  private constructor(readonly database: TestDatabase) {}

  static async make(): Promise<Platform> {
    return new Platform(await createDatabase());
  }

  get environment(): Record<string, string> {
    return { DATABASE_URL: this.database.url, DATABASE_MIGRATE: 'true', DEMO: 'false', WEBHOOK_ALLOW_PRIVATE: 'true' };
  }

  remove(): Promise<void> {
    return this.database.remove();
  }

  /** What the commands do, in this process. */
  work<T>(of: (context: CliContext) => Promise<T>): Promise<T> {
    return withCliContext(loadConfig(this.environment), TABLES, of);
  }

  async serve<T>(use: (atrium: Atrium) => Promise<T>, more: Record<string, string> = {}): Promise<T> {
    const atrium = await startAtrium({ ...this.environment, TENANTS: '[]', ...more });
    try {
      return await use(atrium);
    } finally {
      await atrium.close();
    }
  }

  async add(...ids: string[]): Promise<void> {
    for (const id of ids)
      await this.work(({ lifecycle }) => lifecycle.add({ id, name: `Mall ${id}`, timeZone: 'Europe/Berlin' }, 'test'));
  }

  export(id: string): Promise<string> {
    return this.work(async ({ engine, lifecycle, tables }) => {
      const sink = new PassThrough();
      const written = text(sink);
      await exportTenant(engine, await lifecycle.find(id), tables, sink);
      sink.end();
      await once(sink, 'close');
      return written;
    });
  }

  /** @param file its text, which comes in pieces */
  import(id: string, file: string | Buffer): Promise<ImportReport> {
    const bytes = Buffer.from(file);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 1_000) }, (_, index) =>
      bytes.subarray(index * 1_000, (index + 1) * 1_000),
    );
    return this.work(({ history }) => history.import(id, Readable.from(pieces), 'test'));
  }

  rewind(id: string, to: string, { isPlan = false, isSure = true } = {}): Promise<RewindReport> {
    return this.work(({ history }) => history.rewind(id, { to, isPlan, isSure }, 'test'));
  }
}

export function linesOf(file: string): ExportLine[] {
  return file
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ExportLine);
}

/** What differs between a centre and another that its export was imported into. */
const OWN: Record<string, readonly string[]> = {
  header: ['tenantId', 'name', 'timeZone', 'languages', 'epoch', 'exportedAt'],
  webhook: ['active'],
  end: ['sha256'],
};

/** The lines of an export without what is the centre's own. */
export function comparable(file: string): object[] {
  return linesOf(file).map((line) => ({
    ...line,
    ...Object.fromEntries((OWN[line.type] ?? []).map((field) => [field, undefined])),
  }));
}

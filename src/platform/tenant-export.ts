import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { type EntityManager, MoreThan, type ObjectLiteral } from 'typeorm';
import { Campaign } from '../campaign/campaign.entity.js';
import { Event } from '../event/event.entity.js';
import { Change } from '../change/change.entity.js';
import { readVersion, Revision, type Version } from '../revision/revision.entity.js';
import { withDataSource } from '../database/data-source.js';
import type { Engine } from '../database/engine.js';
import type { Tenant } from '../catalogue/tenant.entity.js';

/** Raised when the lines change in a way that readers must know of. */
const FORMAT_VERSION = 1;
const ROWS_AT_A_TIME = 1_000;

/** What an export holds. */
export interface Exported extends Version {
  campaigns: number;
  events: number;
  changes: number;
}

/**
 * Writes all that a tenant holds into `sink`, one line of JSON for each row: a header, campaigns, events, changes, and
 * a last line that counts them, without which an export is not whole. The rows are as they are at one revision: the
 * tenant's writers wait meanwhile. Holds no more than a page of rows.
 * @param onRows told how many rows are written
 */
export async function exportTenant(
  engine: Engine,
  tenant: Tenant,
  sink: Writable,
  onRows: (count: number) => void = () => undefined,
): Promise<Exported> {
  const options = engine.patientOptions(tenant, [Campaign, Event, Change, Revision]);
  return withDataSource(options, (dataSource) =>
    dataSource.transaction(async (manager) => {
      await manager.increment(Revision, { id: 1 }, 'value', 0); // its lock keeps writers away
      const version = await readVersion(manager);
      const counts = { campaigns: 0, events: 0, changes: 0 };
      await write(sink, [header(tenant, version)]);
      for (const [type, counted, entity, key] of KINDS) {
        for await (const rows of pages(manager, entity, key)) {
          await write(
            sink,
            rows.map((row) => ({ type, ...(JSON.parse(JSON.stringify(row)) as object) })),
          );
          counts[counted] += rows.length;
          onRows(counts.campaigns + counts.events + counts.changes);
        }
      }
      await write(sink, [{ type: 'end', ...counts }]);
      return { ...version, ...counts };
    }),
  );
}

const KINDS = [
  ['campaign', 'campaigns', Campaign, 'id'],
  ['event', 'events', Event, 'id'],
  ['change', 'changes', Change, 'revision'],
] as const;

function header({ id: tenantId, name, timeZone }: Tenant, version: Version): object {
  const exportedAt = new Date().toISOString();
  return { type: 'header', formatVersion: FORMAT_VERSION, tenantId, name, timeZone, ...version, exportedAt };
}

/** All rows in the order of their key, page by page. */
async function* pages(manager: EntityManager, entity: new () => ObjectLiteral, key: string) {
  for (let last = -1; ;) {
    const rows = await manager.find(entity, {
      where: { [key]: MoreThan(last) },
      order: { [key]: 'ASC' },
      take: ROWS_AT_A_TIME,
    });
    if (rows.length === 0) return;
    yield rows;
    last = Number(rows.at(-1)?.[key]);
  }
}

/** Waits while the sink has enough. @throws what became of the sink */
async function write(sink: Writable, lines: object[]): Promise<void> {
  if (sink.errored) throw sink.errored;
  if (!sink.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))) await once(sink, 'drain');
}

import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { type DataSource, type EntityManager, type FindOptionsWhere, MoreThan, type ObjectLiteral } from 'typeorm';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { withDataSource } from '../database/data-source.js';
import { type Engine, MIGRATIONS_TABLE } from '../database/engine.js';
import { lockRevision, readVersion, type Version } from '../revision/revision.entity.js';
import type { TenantTable } from '../tenancy/feature.js';

/** Raised when the lines change in a way that readers must know of. */
const FORMAT_VERSION = 1;
const ROWS_AT_A_TIME = 1_000;

/** The contents of an export: the version of its rows, and for each kind, by the name of several, how many there are. */
export type Exported = Version & Record<string, number | string>;

/**
 * Writes all rows of a tenant into `sink`, one line of JSON for each: a header, the rows of each table in the order of
 * `tables`, and a last line that counts them, without which an export is not whole. The rows are as they are at one
 * revision: the tenant's writers wait meanwhile. Holds no more than a page of rows in memory.
 * @param onRows told how many rows are written
 * @throws Error naming a table of the schema that no feature declares: its rows would be missing
 */
export async function exportTenant(
  engine: Engine,
  tenant: Tenant,
  tables: readonly TenantTable[],
  sink: Writable,
  onRows: (count: number) => void = () => undefined,
): Promise<Exported> {
  const options = engine.maintenanceOptions(
    tenant,
    tables.map(({ entity }) => entity),
  );
  return withDataSource(options, async (dataSource) => {
    requireAllDeclared(dataSource, await engine.tablesOf(dataSource));
    return dataSource.transaction(async (manager) => {
      // A reader beside the service sees one state of the file for as long as its transaction lasts.
      const version = await (engine.isReader ? readVersion(manager) : lockRevision(manager));
      const counts: Record<string, number> = {};
      let total = 0;
      await write(sink, [header(tenant, version)]);
      for (const table of tables) {
        if (!('row' in table)) continue;
        counts[table.rows] = 0;
        for await (const rows of pages(manager, table.entity, [table.key ?? 'id'].flat())) {
          const lines = rows.map((row) => ({ type: table.row, ...(JSON.parse(JSON.stringify(row)) as object) }));
          await write(sink, lines);
          counts[table.rows]! += rows.length;
          onRows((total += rows.length));
        }
      }
      await write(sink, [{ type: 'end', ...counts }]);
      return { ...version, ...counts };
    });
  });
}

/** Engines differ in the case in which they give names back. */
function requireAllDeclared({ entityMetadatas }: DataSource, present: string[]): void {
  const declared = [MIGRATIONS_TABLE, ...entityMetadatas.map(({ tableName }) => tableName)];
  const known = new Set(declared.map((name) => name.toLowerCase()));
  const unknown = present.filter((name) => !known.has(name.toLowerCase()));
  if (unknown.length > 0)
    throw new Error(
      `No feature declares the table ${unknown.join(', ')}, so its rows would be missing from the export`,
    );
}

function header({ id: tenantId, name, timeZone, languages }: Tenant, version: Version): object {
  const exportedAt = new Date().toISOString();
  return { type: 'header', formatVersion: FORMAT_VERSION, tenantId, name, timeZone, languages, ...version, exportedAt };
}

/** All rows in the order of their key, page by page. */
async function* pages(manager: EntityManager, entity: new () => ObjectLiteral, key: readonly string[]) {
  const order = Object.fromEntries(key.map((part) => [part, 'ASC' as const]));
  for (let where: FindOptionsWhere<ObjectLiteral>[] = []; ;) {
    const rows = await manager.find(entity, { where, order, take: ROWS_AT_A_TIME });
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    where = after(last, key);
  }
}

/** The rows behind one in the order of a key: greater in a part of it, and equal in those before. */
function after(row: ObjectLiteral, key: readonly string[]): FindOptionsWhere<ObjectLiteral>[] {
  return key.map((part, index) => ({
    ...Object.fromEntries(key.slice(0, index).map((equal) => [equal, row[equal] as unknown])),
    [part]: MoreThan(row[part]),
  }));
}

/** Waits while the sink has enough. @throws what became of the sink */
async function write(sink: Writable, lines: object[]): Promise<void> {
  if (sink.errored) throw sink.errored;
  if (!sink.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))) await once(sink, 'drain');
}

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { type DataSource, type EntityManager, type FindOptionsWhere, MoreThan, type ObjectLiteral } from 'typeorm';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { VERSION } from '../config/version.js';
import { withDataSource } from '../database/data-source.js';
import { type Engine, MIGRATIONS_TABLE } from '../database/engine.js';
import { lockRevision, readVersion, type Version } from '../revision/revision.entity.js';
import type { ExportedTable, TenantTable } from '../tenancy/feature.js';

/** Raised when the lines change in a way that readers must know of. */
export const FORMAT_VERSION = 2;

/** Rows that are read at a time, at most, and about how many characters they may have: a change may be of 2,000 rows. */
const MAX_ROWS_AT_A_TIME = 1_000;
const CHARACTERS_AT_A_TIME = 2 * 1024 * 1024;

/**
 * The contents of an export: the version of its rows, the checksum of its lines, and for each kind, by the name of
 * several, how many rows there are.
 */
export type Exported = Version & Record<string, number | string>;

/**
 * Writes all rows of a tenant into `sink`, one line of JSON for each: a header, the rows of each table in the order of
 * `tables`, and a last line that counts them and has the SHA-256 of all lines before it, without which an export is not
 * whole. The rows are as they are at one revision: the tenant's writers wait meanwhile. Holds no more than a page of rows
 * in memory.
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
      const lines = new LineSink(sink);
      let total = 0;
      await lines.write([header(tenant, version)]);
      for (const table of tables) {
        if (!('row' in table)) continue;
        counts[table.rows] = 0;
        for await (const rows of pages(manager, table.entity, [table.key ?? 'id'].flat(), lines)) {
          await lines.write(rows.map((row) => lineOf(table, row)));
          counts[table.rows]! += rows.length;
          onRows((total += rows.length));
        }
      }
      const { sha256 } = lines;
      await lines.write([{ type: 'end', ...counts, sha256 }]);
      return { ...version, ...counts, sha256 };
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
  const made = { atrium: VERSION, exportedAt: new Date().toISOString() };
  return { type: 'header', formatVersion: FORMAT_VERSION, tenantId, name, timeZone, languages, ...version, ...made };
}

function lineOf({ row: type, also = [] }: ExportedTable, row: ObjectLiteral): object {
  const others = Object.fromEntries(also.map((property) => [property, row[property] as unknown]));
  return { type, ...(JSON.parse(JSON.stringify(row)) as object), ...others };
}

/** All rows in the order of their key, page by page: the longer the lines become, the fewer at a time. */
async function* pages(
  manager: EntityManager,
  entity: new () => ObjectLiteral,
  key: readonly string[],
  lines: LineSink,
) {
  const order = Object.fromEntries(key.map((part) => [part, 'ASC' as const]));
  let take = MAX_ROWS_AT_A_TIME / 10;
  for (let where: FindOptionsWhere<ObjectLiteral>[] = []; ;) {
    const rows = await manager.find(entity, { where, order, take });
    const last = rows.at(-1);
    if (!last) return;
    const before = lines.characters;
    yield rows;
    const fitting = Math.floor((CHARACTERS_AT_A_TIME * rows.length) / (lines.characters - before));
    take = Math.max(1, Math.min(fitting, 2 * take, MAX_ROWS_AT_A_TIME));
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

/** Lines of JSON on their way into a stream. */
class LineSink {
  /** The length of all lines so far. */
  characters = 0;
  private readonly hash = createHash('sha256');

  constructor(private readonly sink: Writable) {}

  /** The hash of all lines so far, in hex. */
  get sha256(): string {
    return this.hash.copy().digest('hex');
  }

  /** Waits while the sink has enough. @throws what became of the sink */
  async write(lines: readonly object[]): Promise<void> {
    if (this.sink.errored) throw this.sink.errored;
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    this.characters += text.length;
    this.hash.update(text);
    if (!this.sink.write(text)) await once(this.sink, 'drain');
  }
}

import { type EntityManager, In, QueryFailedError } from 'typeorm';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { withDataSource } from '../database/data-source.js';
import type { Engine } from '../database/engine.js';
import { chunks } from '../database/find-in.js';
import { pendingMigrations } from '../migration/schema-migration.js';
import { lockRevision, readVersion, Revision } from '../revision/revision.entity.js';
import type { Arrival, ExportedTable, TenantTable } from '../tenancy/feature.js';
import type { Line, ReadExport } from './export-lines.js';
import * as problems from './import-problems.js';
import { rowFrom } from './imported-row.js';
import { insertExactly } from './insert-exactly.js';
import { RowTraces } from './row-traces.js';

/** Rows of one statement: SQL Server takes 2,100 parameters and 1,000 rows, and a change may be of many rows. */
const PARAMETERS_AT_A_TIME = 2_000;
const ROWS_AT_A_TIME = 1_000;
const CHARACTERS_AT_A_TIME = 2 * 1024 * 1024;
const REVISIONS_AT_A_TIME = 500;

type Table = TenantTable & ExportedTable;

/** By the name of several, how many rows of each kind were imported. */
export type Imported = Record<string, number>;

interface ImportOptions {
  /** The centre's version from now on. */
  epoch: string;
  at: Date;
  /** Called when the centre is found to be empty, before anything is written. */
  begin: () => Promise<void>;
  /** Told how many rows are written. */
  onRows: (count: number) => void;
}

/**
 * Brings an export into an empty centre: its rows, ids, changes and revision, in one transaction, or nothing at all. The
 * centre's writers wait meanwhile. Holds no more than one statement's rows in memory.
 * @throws Problem 409 unless the centre is empty, 422 for an export that is not whole or not as it was written
 */
export async function importTenant(
  engine: Engine,
  tenant: Tenant,
  tables: readonly TenantTable[],
  read: ReadExport,
  { epoch, at, begin, onRows }: ImportOptions,
): Promise<Imported> {
  const entities = tables.map(({ entity }) => entity);
  return withDataSource(engine.maintenanceOptions(tenant, entities), async (dataSource) => {
    if ((await pendingMigrations(dataSource, engine)).length > 0) throw problems.behind(tenant.id);
    const exported = tables.filter((table) => 'row' in table);
    await requireEmpty(dataSource.manager, tenant, exported);
    await begin();
    return dataSource.transaction(async (manager) => {
      await lockRevision(manager);
      await requireEmpty(manager, tenant, exported);
      const { revision } = read.header;
      const imported = await insertAll({ engine, manager, tables: exported, arrival: { revision, at }, onRows }, read);
      await manager.update(Revision, { id: 1 }, { value: revision, epoch });
      return imported;
    });
  });
}

async function requireEmpty(manager: EntityManager, { id }: Tenant, tables: readonly Table[]): Promise<void> {
  const { revision } = await readVersion(manager);
  if (revision > 0) throw problems.notEmpty(id, `${revision} changes`);
  for (const { entity, rows, isOneRow = false } of tables)
    if (!isOneRow && (await manager.find(entity, { take: 1 })).length > 0) throw problems.notEmpty(id, rows);
}

interface Insertion {
  engine: Engine;
  manager: EntityManager;
  tables: readonly Table[];
  arrival: Arrival;
  onRows: (count: number) => void;
}

async function insertAll(insertion: Insertion, { header, rows: lines }: ReadExport): Promise<Imported> {
  const { engine, manager, tables, arrival, onRows } = insertion;
  const resources = tables.filter(({ isResource }) => isResource);
  const traces = new RowTraces(new Set(resources.map(({ row }) => row)), header.formatVersion === 1);
  const imported: Imported = Object.fromEntries(tables.map(({ rows }) => [rows, 0]));
  for (const { entity, isOneRow } of tables)
    if (isOneRow) await manager.createQueryBuilder().delete().from(entity).execute();
  let total = 0;
  for await (const batch of batchesOf(manager, tables, lines)) {
    for (const line of batch.lines) traces.see(line);
    await insert(manager, batch, arrival).catch((thrown: unknown) => {
      if (!(thrown instanceof QueryFailedError) || engine.isUnavailable(thrown)) throw thrown;
      throw problems.refusedRows(batch.lines[0]!.number, batch.lines.at(-1)!.number, thrown);
    });
    imported[batch.table.rows]! += batch.lines.length;
    onRows((total += batch.lines.length));
  }
  traces.requireChangesUpTo(header.revision);
  for (const { entity, row } of resources) {
    await setRevisions(manager, entity, traces.revisions.get(row) ?? new Map());
    const { present, ever } = traces.lastIds.get(row) ?? { present: -1, ever: -1 };
    // An id is not given again: the history of the row that had it would pass for that of the new one.
    const { tableName } = manager.dataSource.getMetadata(entity);
    if (ever > present) await engine.skipIds(manager, tableName, ever, present >= 0);
  }
  return imported;
}

/** Consecutive rows of one table that one statement takes. */
interface Batch {
  table: Table;
  lines: Line[];
}

async function* batchesOf(
  manager: EntityManager,
  tables: readonly Table[],
  lines: AsyncIterable<Line>,
): AsyncGenerator<Batch> {
  const tableOf = new Map(tables.map((table) => [table.row, table]));
  let batch: Batch | undefined;
  let characters = 0;
  for await (const line of lines) {
    const isFull = batch && (batch.lines.length >= fitting(manager, batch.table) || characters > CHARACTERS_AT_A_TIME);
    if (batch && (isFull || batch.table.row !== line.type)) {
      yield batch;
      batch = undefined;
      characters = 0;
    }
    batch ??= { table: tableOf.get(line.type)!, lines: [] };
    batch.lines.push(line);
    characters += line.characters;
  }
  if (batch) yield batch;
}

function fitting(manager: EntityManager, { entity }: Table): number {
  const { columns } = manager.dataSource.getMetadata(entity);
  return Math.min(ROWS_AT_A_TIME, Math.floor(PARAMETERS_AT_A_TIME / columns.length));
}

async function insert(manager: EntityManager, { table, lines }: Batch, arrival: Arrival): Promise<void> {
  const metadata = manager.dataSource.getMetadata(table.entity);
  const others = table.arriving?.(arrival);
  await insertExactly(
    manager,
    metadata,
    lines.map((line) => rowFrom(metadata, line, others)),
  );
}

/** Rows of format 1 do not say which change wrote them last. @param revisions by id */
async function setRevisions(
  manager: EntityManager,
  entity: TenantTable['entity'],
  revisions: ReadonlyMap<number, number>,
): Promise<void> {
  for (const some of chunks([...revisions], REVISIONS_AT_A_TIME)) {
    const cases = some.map(([id, revision]) => `WHEN ${id} THEN ${revision}`).join(' ');
    await manager
      .createQueryBuilder()
      .update(entity)
      .set({ revision: () => `CASE "Id" ${cases} END` })
      .where({ id: In(some.map(([id]) => id)) })
      .execute();
  }
}

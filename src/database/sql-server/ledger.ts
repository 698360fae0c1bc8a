import { MIGRATIONS_TABLE, type TenantSchema } from '../engine.js';
import { faultOf } from './errors.js';
import type { SharedPool } from './shared-pool.js';

// Statements here contain ids and schema names unescaped: both consist of letters, digits, - and _.

// With a thousand ledgers in one statement the server takes longer to plan than to read.
const LEDGERS_PER_QUERY = 250;

/**
 * Selects the names of the migrations applied to a schema, from its own table; no rows where there is none. It reads no
 * system view: those grow with every tenant, and reading them waits while anybody makes a table.
 */
export function selectLedger(schema: string): string {
  const ledger = `"${schema}"."${MIGRATIONS_TABLE}"`;
  return `IF OBJECT_ID('${ledger}') IS NOT NULL SELECT "name" AS "name" FROM ${ledger}`;
}

/** Reads the ledgers of tenants that share a pool: by tenant id the migrations applied, or why it cannot be read. */
export async function readLedgers(pool: SharedPool, tenants: TenantSchema[]): Promise<Map<string, string[] | Error>> {
  const applied = new Map<string, string[] | Error>();
  for (let first = 0; first < tenants.length; first += LEDGERS_PER_QUERY) {
    const chunk = tenants.slice(first, first + LEDGERS_PER_QUERY);
    for (const [id, names] of await readTogether(pool, chunk)) applied.set(id, names);
  }
  return applied;
}

/** One statement for all. When the server refuses it, since one schema is missing or forbidden, one statement each. */
async function readTogether(pool: SharedPool, tenants: TenantSchema[]): Promise<Map<string, string[] | Error>> {
  try {
    const rows = await pool.query<{ id: string; name: string }>(tenants.map(selectMarked).join(' UNION ALL '));
    const byId = Map.groupBy(rows, ({ id }) => id);
    return new Map(tenants.map(({ id }) => [id, (byId.get(id) ?? []).map(({ name }) => name)]));
  } catch (thrown) {
    if (faultOf(thrown)) throw thrown; // the server fails: one by one it would fail too
    const applied = new Map<string, string[] | Error>();
    for (const tenant of tenants) applied.set(tenant.id, await readAlone(pool, tenant));
    return applied;
  }
}

async function readAlone(pool: SharedPool, { schema }: TenantSchema): Promise<string[] | Error> {
  try {
    return (await pool.query<{ name: string }>(selectLedger(schema))).map(({ name }) => name);
  } catch (thrown) {
    return thrown as Error;
  }
}

function selectMarked({ id, schema }: TenantSchema): string {
  return `SELECT '${id}' AS "id", "name" AS "name" FROM "${schema}"."${MIGRATIONS_TABLE}"`;
}

import { MIGRATIONS_TABLE, type TenantSchema } from '../engine.js';
import { faultOf } from './errors.js';
import type { SharedPool } from './shared-pool.js';

// Ids and schema names are made of letters, digits, - and _ alone.

// A thousand ledgers in one statement would take the server longer to plan than to read.
const LEDGERS_PER_QUERY = 250;

/**
 * The names of the migrations that a schema has seen, from the schema itself; nothing where there is none. No view of
 * the catalogue is asked: those grow with every tenant, and wait for whoever makes a table.
 */
export function selectLedger(schema: string): string {
  const ledger = `"${schema}"."${MIGRATIONS_TABLE}"`;
  return `IF OBJECT_ID('${ledger}') IS NOT NULL SELECT "name" AS "name" FROM ${ledger}`;
}

/** The ledgers of tenants that all lie behind one pool, by tenant id: what each has seen, or why it cannot be asked. */
export async function readLedgers(pool: SharedPool, tenants: TenantSchema[]): Promise<Map<string, string[] | Error>> {
  const applied = new Map<string, string[] | Error>();
  for (let first = 0; first < tenants.length; first += LEDGERS_PER_QUERY) {
    const chunk = tenants.slice(first, first + LEDGERS_PER_QUERY);
    for (const [id, names] of await readTogether(pool, chunk)) applied.set(id, names);
  }
  return applied;
}

/** One that the server refuses, not made yet or not ours to read, does not stand for the others. */
async function readTogether(pool: SharedPool, tenants: TenantSchema[]): Promise<Map<string, string[] | Error>> {
  try {
    const rows = await pool.query<{ id: string; name: string }>(tenants.map(selectMarked).join(' UNION ALL '));
    const byId = Map.groupBy(rows, ({ id }) => id);
    return new Map(tenants.map(({ id }) => [id, (byId.get(id) ?? []).map(({ name }) => name)]));
  } catch (thrown) {
    if (faultOf(thrown)) throw thrown; // it is the server that fails: no other of them would fare better
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

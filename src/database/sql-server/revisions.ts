import type { TenantSchema } from '../engine.js';
import { faultOf } from './errors.js';
import type { SharedPool } from './shared-pool.js';

// Statements here contain ids and schema names unescaped: both consist of letters, digits, - and _.

/** As with ledgers: the server takes longer to plan than to read. */
const REVISIONS_PER_QUERY = 250;

interface Read {
  id: string;
  revision: number;
}

/** Reads the revisions of tenants that share a pool, by id. A schema that cannot be read is left out. */
export async function readRevisions(pool: SharedPool, tenants: TenantSchema[]): Promise<Map<string, number>> {
  const revisions = new Map<string, number>();
  for (let first = 0; first < tenants.length; first += REVISIONS_PER_QUERY) {
    const chunk = tenants.slice(first, first + REVISIONS_PER_QUERY);
    for (const { id, revision } of await readTogether(pool, chunk)) revisions.set(id, revision);
  }
  return revisions;
}

/** One statement for all. When the server refuses it, since a schema is missing, halves are tried until that one is alone. */
async function readTogether(pool: SharedPool, tenants: TenantSchema[]): Promise<Read[]> {
  try {
    return await pool.query<Read>(tenants.map(selectMarked).join(' UNION ALL '));
  } catch (thrown) {
    if (faultOf(thrown)) throw thrown; // the server fails: parts would fail too
    if (tenants.length === 1) return [];
    const half = tenants.length >>> 1;
    const first = await readTogether(pool, tenants.slice(0, half));
    return [...first, ...(await readTogether(pool, tenants.slice(half)))];
  }
}

function selectMarked({ id, schema }: TenantSchema): string {
  return `SELECT '${id}' AS "id", "Value" AS "revision" FROM "${schema}"."Revision"`;
}

import { execute } from './database.js';

/**
 * Copies the first campaign of a tenant, past Atrium: large answers in no time. Whoever read the tenant's rows before may
 * not see the copies.
 * @param folder of the embedded database
 */
export function copyCampaign(folder: string, tenant: string, copies: number): Promise<void> {
  return execute(
    { url: `sqlite:${folder}`, remove: () => Promise.resolve() },
    `tenant_${tenant.replaceAll('-', '_')}`,
    `CREATE TEMP TABLE Copy AS SELECT * FROM EventCampaigns LIMIT 1;
     UPDATE Copy SET Id = NULL;
     INSERT INTO EventCampaigns SELECT Copy.* FROM Copy,
       (WITH RECURSIVE Numbers(N) AS (SELECT 1 UNION ALL SELECT N + 1 FROM Numbers WHERE N < ${copies}) SELECT N FROM Numbers)`,
  );
}

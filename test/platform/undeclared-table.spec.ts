import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { NOBODY, signToken, startAtrium } from '../support/atrium.js';
import { createDatabase, execute } from '../support/database.js';
import { createCampaign } from '../support/rows.js';

const MALL = 'wider-mall';
const ADMIN = { authorization: `Bearer ${await signToken({ sub: 'root', roles: ['platform-admin'] })}` };

it('a tenant is not retired while its schema holds a table that no feature declares', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-exports-'));
  const database = await createDatabase();
  const atrium = await startAtrium({ DATABASE_URL: database.url, EXPORT_FOLDER: folder });
  const ask = (method: string, path: string, body?: object) => atrium.call(NOBODY, method, path, body, ADMIN);
  try {
    await ask('POST', '/tenants', { id: MALL, name: 'Mall', timeZone: 'UTC' });
    await createCampaign(atrium, MALL);
    await ask('PATCH', `/tenants/${MALL}`, { status: 'suspended' });
    await execute(database, 'tenant_wider_mall', 'CREATE TABLE "tenant_wider_mall"."Offers" ("Id" INT NOT NULL)');

    const refused = await ask('DELETE', `/tenants/${MALL}?confirm=${MALL}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'export-not-kept']);
    expect(readdirSync(folder)).toEqual([]);
    await ask('PATCH', `/tenants/${MALL}`, { status: 'active' });
    expect((await atrium.call(MALL, 'GET', '/campaign-events')).body.items).toHaveLength(1);

    await execute(database, 'tenant_wider_mall', 'DROP TABLE "tenant_wider_mall"."Offers"');
    await ask('PATCH', `/tenants/${MALL}`, { status: 'suspended' });
    expect((await ask('DELETE', `/tenants/${MALL}?confirm=${MALL}`)).status).toBe(204);
  } finally {
    await atrium.close();
    await database.remove();
    rmSync(folder, { recursive: true });
  }
});

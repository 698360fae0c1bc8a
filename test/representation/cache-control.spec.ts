import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChangeService } from '../../src/change/change.service.js';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { TenantService } from '../../src/platform/tenant.service.js';
import type { Representation } from '../../src/representation/representation.js';
import { runAs } from '../../src/tenancy/tenant-context.js';
import { type Atrium, NOBODY, signToken, startAtrium } from '../support/atrium.js';

const MALL = 'berlin-mall';

describe('Cache-Control', () => {
  let atrium: Atrium;
  beforeAll(async () => {
    atrium = await startAtrium();
  });
  afterAll(() => atrium.close());

  it('of the changes is sent as their service says it', async () => {
    const tenant = atrium.app.get(Catalogue).find(MALL);
    if (!tenant) throw new Error(`The tests need the tenant ${MALL}`);
    const service = atrium.app.get(ChangeService, { strict: false });
    const said = await runAs({ tenant }, () => service.list({ after: 0, limit: 1 }));
    expect(await sent(MALL, '/changes')).toBe(cacheControlOf(said));
  });

  it('of the tenants is sent as their service says it', async () => {
    const said = await atrium.app.get(TenantService, { strict: false }).list();
    const token = await signToken({ roles: ['platform-admin'] });
    expect(await sent(NOBODY, '/tenants', { authorization: `Bearer ${token}` })).toBe(cacheControlOf(said));
  });

  async function sent(tenant: string | undefined, path: string, headers: Record<string, string> = {}) {
    return (await atrium.call(tenant, 'GET', path, undefined, headers)).headers.get('cache-control');
  }
});

function cacheControlOf({ options }: Representation<unknown>): string | undefined {
  return options.cacheControl;
}

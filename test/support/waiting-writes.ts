import { Catalogue } from '../../src/catalogue/catalogue.js';
import { Revision } from '../../src/revision/revision.entity.js';
import { runAs } from '../../src/tenancy/tenant-context.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import type { Atrium } from './atrium.js';

/** Meanwhile another writer of the tenant is at work: writes that are asked for wait. */
export async function whileWritesWait({ app }: Atrium, tenantId: string, work: () => Promise<void>): Promise<void> {
  const tenant = app.get(Catalogue).find(tenantId);
  if (!tenant) throw new Error(`The tests need the tenant ${tenantId}`);
  await runAs({ tenant }, () =>
    app.get(TenantDatabase).write(async (manager) => {
      await manager.increment(Revision, { id: 1 }, 'value', 0);
      await work();
    }),
  );
}

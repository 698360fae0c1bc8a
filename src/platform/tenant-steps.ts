import type { Clock } from '../clock/clock.js';
import { type CatalogueStore, tagOf } from '../catalogue/catalogue-store.js';
import { Migrated } from '../catalogue/migrated.entity.js';
import type { TenantAction } from '../catalogue/tenant-change.entity.js';
import { Tenant } from '../catalogue/tenant.entity.js';
import * as refusal from './tenant-problems.js';

/** The steps of a tenant's life: each is one write of the catalogue, and a row of its changes. */
export class TenantSteps {
  constructor(
    private readonly store: CatalogueStore,
    private readonly clock: Clock,
  ) {}

  /** From here on it can be served. */
  enter(tenant: Tenant, ledger: Migrated, actor: string): Promise<Tenant> {
    return this.store.write(actor, this.now(), async ({ manager, version, at }) => {
      Object.assign(tenant, { createdOn: at, revision: version.revision });
      await manager.insert(Tenant, tenant);
      await manager.insert(Migrated, ledger);
      return { action: 'add', tenantId: tenant.id, before: null, after: recordOf(tenant), result: tenant };
    });
  }

  /** @param decide what changes about the tenant as it is, whose entity tag it is given, or throws why nothing may */
  change(
    id: string,
    action: TenantAction,
    actor: string,
    decide: (tenant: Tenant, tag: string) => Partial<Tenant>,
  ): Promise<Tenant> {
    return this.store.write(actor, this.now(), async ({ manager, version }) => {
      const tenant = await manager.findOneBy(Tenant, { id });
      if (!tenant) throw refusal.unknown(id);
      const before = recordOf(tenant);
      const fields = { ...decide(tenant, tagOf(tenant, version.epoch)), revision: version.revision };
      await manager.update(Tenant, { id }, fields);
      Object.assign(tenant, fields);
      return { action, tenantId: id, before, after: recordOf(tenant), result: tenant };
    });
  }

  forget(tenant: Tenant, actor: string): Promise<void> {
    const { id: tenantId } = tenant;
    return this.store.write(actor, this.now(), async ({ manager }) => {
      await manager.delete(Tenant, { id: tenantId, status: 'retiring' });
      return { action: 'retire', tenantId, before: recordOf(tenant), after: null, result: undefined };
    });
  }

  /** What changes nothing about the tenant. */
  note(tenantId: string, action: TenantAction, actor: string, after: object | null): Promise<void> {
    const step = { action, tenantId, before: null, after, result: undefined };
    return this.store.write(actor, this.now(), () => Promise.resolve(step));
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}

/** For the catalogue's changes; a SqlServerUrl gives its password to no JSON. */
export function recordOf(tenant: Tenant): object {
  return { ...tenant.toJSON(), ...(tenant.databaseUrl ? { databaseUrl: tenant.databaseUrl } : {}) };
}

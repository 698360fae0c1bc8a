import type { Clock } from '../clock/clock.js';
import { type CatalogueStore, tagOf } from '../catalogue/catalogue-store.js';
import { Migrated } from '../catalogue/migrated.entity.js';
import type { TenantAction } from '../catalogue/tenant-change.entity.js';
import { Tenant } from '../catalogue/tenant.entity.js';
import * as problems from './tenant-problems.js';

/** The steps of a tenant's lifecycle. Each is one write of the catalogue and one row of its changes. */
export class TenantSteps {
  constructor(
    private readonly store: CatalogueStore,
    private readonly clock: Clock,
  ) {}

  /** Adds the tenant to the catalogue, and with that to those that are served. */
  enter(tenant: Tenant, ledger: Migrated, actor: string): Promise<Tenant> {
    return this.store.write(actor, this.now(), async ({ manager, version, at }) => {
      Object.assign(tenant, { createdOn: at, revision: version.revision });
      await manager.insert(Tenant, tenant);
      await manager.insert(Migrated, ledger);
      return { action: 'add', tenantId: tenant.id, before: null, after: recordOf(tenant), result: tenant };
    });
  }

  /**
   * Changes a tenant's row.
   * @param decide is given the present tenant with its entity tag, and returns the fields to change or throws a Problem
   */
  change(
    id: string,
    action: TenantAction,
    actor: string,
    decide: (tenant: Tenant, tag: string) => Partial<Tenant>,
  ): Promise<Tenant> {
    return this.store.write(actor, this.now(), async ({ manager, version }) => {
      const tenant = await manager.findOneBy(Tenant, { id });
      if (!tenant) throw problems.unknown(id);
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

  /** Records a step that changes nothing in the tenant's row. */
  note(tenantId: string, action: TenantAction, actor: string, after: object | null): Promise<void> {
    const step = { action, tenantId, before: null, after, result: undefined };
    return this.store.write(actor, this.now(), () => Promise.resolve(step));
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}

/** The tenant as the catalogue's changes record it. A SqlServerUrl leaves its password out of JSON. */
export function recordOf(tenant: Tenant): object {
  return { ...tenant.toJSON(), ...(tenant.databaseUrl ? { databaseUrl: tenant.databaseUrl } : {}) };
}

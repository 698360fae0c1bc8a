import { join } from 'node:path';
import { Semaphore, withTimeout } from 'async-mutex';
import type { Clock } from '../clock.js';
import type { SqlServerUrl } from '../config/sql-server-url.js';
import type { TenantSeed } from '../config/tenant-seed.js';
import { invalidField, unavailable } from '../problem/problem.js';
import type { Precondition } from '../representation/precondition.js';
import { type CatalogueStore, tagOf } from '../tenancy/catalogue.store.js';
import { Busy, type Engine, WrittenSince } from '../tenancy/engine.js';
import { Migrated } from '../tenancy/migrated.entity.js';
import type { Migrator } from '../tenancy/migrator.js';
import type { TenantAction } from '../tenancy/tenant-change.entity.js';
import { Tenant } from '../tenancy/tenant.entity.js';
import { newTenant } from '../tenancy/tenant.registration.js';
import { keepFile } from './export.file.js';
import { type Exported, exportTenant } from './tenant.export.js';
import * as refusal from './tenant.refusal.js';

/** Each takes two connections for as long as it lasts. */
const AT_A_TIME = 2;
const TURN_TIMEOUT_MS = 10_000;

/** Undefined when there was nothing left to export. */
export type Kept = (Exported & { file: string }) | undefined;

/**
 * How tenants come and go. Every step is a change in the catalogue; whatever is cut off between two of them is taken up
 * by the same command again.
 */
export class TenantLifecycle {
  private readonly places = withTimeout(new Semaphore(AT_A_TIME), TURN_TIMEOUT_MS, new Busy());

  constructor(
    private readonly store: CatalogueStore,
    private readonly engine: Engine,
    private readonly migrator: Migrator,
    private readonly clock: Clock,
    private readonly exportFolder: string,
  ) {}

  /** Makes the schema first: a tenant that is in the catalogue can be served. */
  add(seed: TenantSeed & { databaseUrl?: SqlServerUrl | null }, actor: string): Promise<Tenant> {
    return this.alone(seed.id, seed.databaseUrl, async () => {
      if (seed.databaseUrl && !this.engine.takesDatabaseUrls) throw refusal.noDatabaseUrls();
      const tenant = newTenant(seed, this.now());
      if (await this.store.find(tenant.id)) throw refusal.exists(tenant.id);
      const cutOff = (await this.store.lastChange(tenant.id))?.action === 'adding';
      if ((await this.engine.isOccupied(tenant)) && !cutOff) throw refusal.occupied(tenant);
      await this.note(tenant.id, 'adding', actor, recordOf(tenant));
      try {
        return await this.enter(tenant, await this.make(tenant), actor);
      } catch (thrown) {
        await this.undoAdd(tenant, actor).catch(() => undefined); // the same command again will see to it
        throw thrown;
      }
    });
  }

  update(id: string, fields: Partial<Tenant>, precondition: Precondition, actor: string): Promise<Tenant> {
    return this.guarded(undefined, () =>
      this.change(id, 'update', actor, (tenant, epoch) => {
        precondition.check(tagOf(tenant, epoch));
        if (tenant.status === 'retiring') throw refusal.retiring(id);
        return fields;
      }),
    );
  }

  /**
   * Keeps an export, removes the schema, forgets the tenant.
   * @param file of the export, when not in the folder of exports
   */
  retire(
    id: string,
    precondition: Precondition,
    actor: string,
    { file, onRows }: { file?: string; onRows?: (count: number) => void } = {},
  ): Promise<Kept> {
    return this.alone(id, undefined, async () => {
      const tenant = await this.change(id, 'retiring', actor, (present, epoch) => {
        precondition.check(tagOf(present, epoch));
        if (present.status === 'active') throw refusal.active(id);
        return { status: 'retiring' };
      });
      const kept = await this.dropKept(tenant, actor, file, onRows).catch(async (thrown: unknown) => {
        // Nothing is gone yet: it is as before.
        if (await this.engine.isOccupied(tenant))
          await this.change(id, 'retire-failed', actor, () => ({ status: 'suspended' }));
        throw thrown;
      });
      await this.store.write(actor, this.now(), async ({ manager }) => {
        await manager.delete(Tenant, { id, status: 'retiring' });
        return { action: 'retire', tenantId: id, before: recordOf(tenant), after: null, result: undefined };
      });
      return kept;
    });
  }

  private async dropKept(tenant: Tenant, actor: string, file?: string, onRows?: (count: number) => void) {
    const kept = await this.keep(tenant, file, onRows);
    if (kept) await this.note(tenant.id, 'export', actor, kept);
    try {
      await this.engine.dropSchema(tenant, kept);
    } catch (thrown) {
      throw thrown instanceof WrittenSince ? refusal.writtenSince(tenant.id) : refusal.notDropped(tenant.id, thrown);
    }
    await this.note(tenant.id, 'drop', actor, null);
    return kept ?? ((await this.store.lastExport(tenant.id)) as Kept);
  }

  private async keep(tenant: Tenant, given?: string, onRows?: (count: number) => void): Promise<Kept> {
    if (!(await this.engine.isOccupied(tenant))) return undefined;
    const file = given ?? join(this.exportFolder, `${tenant.id}-${this.now().toISOString().replaceAll(':', '')}.jsonl`);
    try {
      const exported = await keepFile(file, (sink) => exportTenant(this.engine, tenant, sink, onRows));
      return { ...exported, file };
    } catch (thrown) {
      if (this.engine.isUnavailable(thrown)) throw thrown;
      throw refusal.notExported(tenant.id, thrown);
    }
  }

  private async make(tenant: Tenant): Promise<Migrated> {
    try {
      return await this.migrator.make(tenant);
    } catch (thrown) {
      throw this.engine.isUnavailable(thrown) ? thrown : refusal.notMade(tenant.id, thrown);
    }
  }

  private enter(tenant: Tenant, ledger: Migrated, actor: string): Promise<Tenant> {
    return this.store.write(actor, this.now(), async ({ manager, version, at }) => {
      Object.assign(tenant, { createdOn: at, revision: version.revision });
      await manager.insert(Tenant, tenant);
      await manager.insert(Migrated, ledger);
      return { action: 'add', tenantId: tenant.id, before: null, after: recordOf(tenant), result: tenant };
    });
  }

  /** Unless it was entered after all: a connection that is lost in a commit does not say what became of it. */
  private async undoAdd(tenant: Tenant, actor: string): Promise<void> {
    if (await this.store.find(tenant.id)) return;
    await this.engine.dropSchema(tenant);
    await this.note(tenant.id, 'add-failed', actor, null);
  }

  private change(
    id: string,
    action: TenantAction,
    actor: string,
    decide: (tenant: Tenant, epoch: string) => Partial<Tenant>,
  ): Promise<Tenant> {
    return this.store.write(actor, this.now(), async ({ manager, version }) => {
      const tenant = await manager.findOneBy(Tenant, { id });
      if (!tenant) throw refusal.unknown(id);
      const before = recordOf(tenant);
      const fields = { ...decide(tenant, version.epoch), revision: version.revision };
      await manager.update(Tenant, { id }, fields);
      Object.assign(tenant, fields);
      return { action, tenantId: id, before, after: recordOf(tenant), result: tenant };
    });
  }

  private note(tenantId: string, action: TenantAction, actor: string, after: object | null): Promise<void> {
    return this.store.write(actor, this.now(), async () => ({
      action,
      tenantId,
      before: null,
      after,
      result: undefined,
    }));
  }

  private alone<T>(id: string, databaseUrl: SqlServerUrl | null | undefined, work: () => Promise<T>): Promise<T> {
    return this.guarded(databaseUrl, () => this.places.runExclusive(() => this.engine.alone(id, work)));
  }

  private async guarded<T>(databaseUrl: SqlServerUrl | null | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      if (thrown instanceof Busy) throw refusal.busy();
      if (!this.engine.isUnavailable(thrown)) throw thrown;
      if (databaseUrl)
        throw invalidField('#/databaseUrl', 'cannot be reached: check host, database, login and network');
      throw unavailable('database-unavailable', 'The database does not answer just now.', 5, thrown);
    }
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}

/** For the catalogue's changes; a SqlServerUrl gives its password to no JSON. */
function recordOf(tenant: Tenant): object {
  return { ...tenant.toJSON(), ...(tenant.databaseUrl ? { databaseUrl: tenant.databaseUrl } : {}) };
}

import { join } from 'node:path';
import type { Clock } from '../clock/clock.js';
import type { SqlServerUrl } from '../config/sql-server-url.js';
import type { TenantSeed } from '../config/tenant-seed.js';
import { Problem } from '../problem/problem.js';
import type { Precondition } from '../representation/precondition.js';
import type { CatalogueStore } from '../catalogue/catalogue-store.js';
import { type Engine, WrittenSince } from '../database/engine.js';
import type { Migrated } from '../catalogue/migrated.entity.js';
import type { Migrator } from '../migration/migrator.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { newTenant } from '../catalogue/tenant-registration.js';
import type { TenantTable } from '../tenancy/feature.js';
import { keepFile } from './export-file.js';
import { type Exported, exportTenant } from './tenant-export.js';
import { requireInactive, requireSameRows, requireSuspended } from './tenant-move.js';
import * as problems from './tenant-problems.js';
import { recordOf, TenantSteps } from './tenant-steps.js';
import { TenantLock } from './tenant-lock.js';

/** The export of a retired tenant; undefined when there was nothing left to export. */
export type Kept = (Exported & { file: string }) | undefined;

interface RetireOptions {
  /** The file of the export; undefined: a new one in the folder of exports. */
  file?: string;
  /** Told how many rows are exported. */
  onRows?: (count: number) => void;
  /** Called when the tenant is `retiring`, before its export: closes its connections in this process. */
  close?: () => Promise<void>;
}

/**
 * Adds, changes, moves and retires tenants. Every step is a change in the catalogue. An operation that was cut off between
 * two steps is resumed when it is called again.
 */
export class TenantLifecycle {
  private readonly steps: TenantSteps;
  private readonly lock: TenantLock;

  /** @param atATime tenants that are added, moved or retired at a time */
  constructor(
    private readonly store: CatalogueStore,
    private readonly engine: Engine,
    private readonly migrator: Migrator,
    private readonly tables: readonly TenantTable[],
    private readonly clock: Clock,
    private readonly exportFolder: string,
    atATime: number,
  ) {
    this.steps = new TenantSteps(store, clock);
    this.lock = new TenantLock(engine, atATime);
  }

  /** @throws Problem 404 when there is no such tenant */
  async find(id: string): Promise<Tenant> {
    const tenant = await this.store.find(id);
    if (!tenant) throw problems.unknown(id);
    return tenant;
  }

  /** Adds a tenant. Its schema is made first, so that every tenant in the catalogue can be served. */
  add(seed: TenantSeed & { databaseUrl?: SqlServerUrl | null }, actor: string): Promise<Tenant> {
    return this.lock.hold(seed.id, seed.databaseUrl, async () => {
      if (seed.databaseUrl && !this.engine.takesDatabaseUrls) throw problems.noDatabaseUrls();
      const tenant = newTenant(seed, new Date(this.clock.now()));
      if (await this.store.find(tenant.id)) throw problems.exists(tenant.id);
      const cutOff = (await this.store.lastChange(tenant.id))?.action === 'adding';
      if ((await this.engine.isOccupied(tenant)) && !cutOff) throw problems.occupied(tenant);
      await this.steps.note(tenant.id, 'adding', actor, recordOf(tenant));
      try {
        return await this.steps.enter(tenant, await this.make(tenant), actor);
      } catch (thrown) {
        const isUndone = await this.undoAdd(tenant, actor).catch(() => true); // when it is called again, it goes on from there
        throw isUndone || thrown instanceof Problem ? thrown : problems.exists(tenant.id);
      }
    });
  }

  update(id: string, fields: Partial<Tenant>, precondition: Precondition, actor: string): Promise<Tenant> {
    return this.lock.withProblems(() =>
      this.steps.change(id, 'update', actor, (tenant, tag) => {
        precondition.check(tag);
        if (tenant.status === 'retiring') throw problems.retiring(id);
        return fields;
      }),
    );
  }

  /** Points a suspended tenant to another database, where its schema was copied to. */
  move(id: string, databaseUrl: SqlServerUrl, actor: string): Promise<Tenant> {
    return this.lock.hold(id, databaseUrl, async () => {
      if (!this.engine.takesDatabaseUrls) throw problems.noDatabaseUrls();
      const found = await this.find(id);
      requireSuspended(found);
      await requireSameRows(this.engine, found, databaseUrl);
      return this.steps.change(id, 'move', actor, (tenant) => {
        requireSuspended(tenant);
        if (tenant.revision !== found.revision) throw problems.busy(); // it may have been resumed and written to
        return { databaseUrl };
      });
    });
  }

  /**
   * Keeps an export, removes the schema, forgets the tenant.
   * @param confirm the id, typed again
   * @throws Problem for a tenant that is unknown, not confirmed, active, or changed since it was read
   */
  async retire(
    id: string,
    confirm: string | undefined,
    precondition: Precondition,
    actor: string,
    options: RetireOptions = {},
  ): Promise<Kept> {
    const found = await this.find(id);
    if (confirm !== id) throw problems.unconfirmed();
    requireInactive(found);
    return this.lock.hold(id, undefined, async () => {
      const tenant = await this.steps.change(id, 'retiring', actor, (present, tag) => {
        precondition.check(tag);
        requireInactive(present); // it may have been resumed while others held the lock
        return { status: 'retiring' };
      });
      const kept = await this.dropKept(tenant, actor, options).catch(async (thrown: unknown) => {
        // Unless its schema is gone, the tenant is suspended as before.
        if (await this.engine.isOccupied(tenant))
          await this.steps.change(id, 'retire-failed', actor, () => ({ status: 'suspended' }));
        throw thrown;
      });
      await this.steps.forget(tenant, actor);
      return kept;
    });
  }

  private async make(tenant: Tenant): Promise<Migrated> {
    try {
      return await this.migrator.make(tenant);
    } catch (thrown) {
      throw this.engine.isUnavailable(thrown) ? thrown : problems.notMade(tenant.id, thrown);
    }
  }

  /**
   * Removes what `add` made, unless the tenant is in the catalogue after all: a pod found it in TENANTS, or our own
   * commit succeeded though the connection broke.
   * @returns whether it was removed
   */
  private async undoAdd(tenant: Tenant, actor: string): Promise<boolean> {
    if (await this.store.find(tenant.id)) return false;
    await this.engine.dropSchema(tenant);
    await this.steps.note(tenant.id, 'add-failed', actor, null);
    return true;
  }

  private async dropKept(tenant: Tenant, actor: string, options: RetireOptions): Promise<Kept> {
    await options.close?.();
    const kept = await this.keep(tenant, options);
    if (kept) await this.steps.note(tenant.id, 'export', actor, kept);
    try {
      await this.engine.dropSchema(tenant, kept);
    } catch (thrown) {
      if (thrown instanceof WrittenSince) throw problems.writtenSince(tenant.id);
      throw this.engine.isUnavailable(thrown) ? thrown : problems.notDropped(tenant.id, thrown);
    }
    await this.steps.note(tenant.id, 'drop', actor, null);
    return kept ?? ((await this.store.lastExport(tenant.id)) as Kept);
  }

  private async keep(tenant: Tenant, { file, onRows }: RetireOptions): Promise<Kept> {
    if (!(await this.engine.isOccupied(tenant))) return undefined;
    const at = new Date(this.clock.now()).toISOString().replaceAll(':', '');
    const name = file ?? join(this.exportFolder, `${tenant.id}-${at}.jsonl`);
    try {
      const exported = await keepFile(name, (sink) => exportTenant(this.engine, tenant, this.tables, sink, onRows));
      return { ...exported, file: name };
    } catch (thrown) {
      if (this.engine.isUnavailable(thrown)) throw thrown;
      throw problems.notExported(tenant.id, thrown);
    }
  }
}

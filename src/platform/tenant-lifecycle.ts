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
import { requireSameRows, requireSuspended } from './tenant-move.js';
import * as refusal from './tenant-problems.js';
import { recordOf, TenantSteps } from './tenant-steps.js';
import { TenantTurn } from './tenant-lock.js';

/** Undefined when there was nothing left to export. */
export type Kept = (Exported & { file: string }) | undefined;

/** What an operator may say of an export. */
interface Exporting {
  /** Where it is kept, when not in the folder of exports. */
  file?: string;
  onRows?: (count: number) => void;
}

/**
 * How tenants come and go. Every step is a change in the catalogue; whatever is cut off between two of them is taken up
 * by the same command again.
 */
export class TenantLifecycle {
  private readonly steps: TenantSteps;
  private readonly turn: TenantTurn;

  /** @param atATime tenants that are added, moved or retired at once */
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
    this.turn = new TenantTurn(engine, atATime);
  }

  /** Makes the schema first: a tenant that is in the catalogue can be served. */
  add(seed: TenantSeed & { databaseUrl?: SqlServerUrl | null }, actor: string): Promise<Tenant> {
    return this.turn.alone(seed.id, seed.databaseUrl, async () => {
      if (seed.databaseUrl && !this.engine.takesDatabaseUrls) throw refusal.noDatabaseUrls();
      const tenant = newTenant(seed, new Date(this.clock.now()));
      if (await this.store.find(tenant.id)) throw refusal.exists(tenant.id);
      const cutOff = (await this.store.lastChange(tenant.id))?.action === 'adding';
      if ((await this.engine.isOccupied(tenant)) && !cutOff) throw refusal.occupied(tenant);
      await this.steps.note(tenant.id, 'adding', actor, recordOf(tenant));
      try {
        return await this.steps.enter(tenant, await this.make(tenant), actor);
      } catch (thrown) {
        const isUndone = await this.undoAdd(tenant, actor).catch(() => true); // the same command again will see to it
        throw isUndone || thrown instanceof Problem ? thrown : refusal.exists(tenant.id);
      }
    });
  }

  update(id: string, fields: Partial<Tenant>, precondition: Precondition, actor: string): Promise<Tenant> {
    return this.turn.guarded(() =>
      this.steps.change(id, 'update', actor, (tenant, tag) => {
        precondition.check(tag);
        if (tenant.status === 'retiring') throw refusal.retiring(id);
        return fields;
      }),
    );
  }

  /** Has a suspended tenant's rows looked for in another database, where its schema was copied to. */
  move(id: string, databaseUrl: SqlServerUrl, actor: string): Promise<Tenant> {
    return this.turn.alone(id, databaseUrl, async () => {
      if (!this.engine.takesDatabaseUrls) throw refusal.noDatabaseUrls();
      const found = await this.store.find(id);
      if (!found) throw refusal.unknown(id);
      requireSuspended(found);
      await requireSameRows(this.engine, found, databaseUrl);
      return this.steps.change(id, 'move', actor, (tenant) => {
        requireSuspended(tenant);
        if (tenant.revision !== found.revision) throw refusal.busy(); // it may have been resumed and written to
        return { databaseUrl };
      });
    });
  }

  /** Keeps an export, removes the schema, forgets the tenant. */
  retire(id: string, precondition: Precondition, actor: string, exporting: Exporting = {}): Promise<Kept> {
    return this.turn.alone(id, undefined, async () => {
      const tenant = await this.steps.change(id, 'retiring', actor, (present, tag) => {
        precondition.check(tag);
        if (present.status === 'active') throw refusal.active(id);
        return { status: 'retiring' };
      });
      const kept = await this.dropKept(tenant, actor, exporting).catch(async (thrown: unknown) => {
        // Nothing is gone yet: it is as before.
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
      throw this.engine.isUnavailable(thrown) ? thrown : refusal.notMade(tenant.id, thrown);
    }
  }

  /**
   * Unless it was entered after all: by a pod that was told so by TENANTS, or by us, over a connection that was lost in
   * the commit.
   * @returns whether it was undone
   */
  private async undoAdd(tenant: Tenant, actor: string): Promise<boolean> {
    if (await this.store.find(tenant.id)) return false;
    await this.engine.dropSchema(tenant);
    await this.steps.note(tenant.id, 'add-failed', actor, null);
    return true;
  }

  private async dropKept(tenant: Tenant, actor: string, exporting: Exporting): Promise<Kept> {
    const kept = await this.keep(tenant, exporting);
    if (kept) await this.steps.note(tenant.id, 'export', actor, kept);
    try {
      await this.engine.dropSchema(tenant, kept);
    } catch (thrown) {
      if (thrown instanceof WrittenSince) throw refusal.writtenSince(tenant.id);
      throw this.engine.isUnavailable(thrown) ? thrown : refusal.notDropped(tenant.id, thrown);
    }
    await this.steps.note(tenant.id, 'drop', actor, null);
    return kept ?? ((await this.store.lastExport(tenant.id)) as Kept);
  }

  private async keep(tenant: Tenant, { file, onRows }: Exporting): Promise<Kept> {
    if (!(await this.engine.isOccupied(tenant))) return undefined;
    const at = new Date(this.clock.now()).toISOString().replaceAll(':', '');
    const name = file ?? join(this.exportFolder, `${tenant.id}-${at}.jsonl`);
    try {
      const exported = await keepFile(name, (sink) => exportTenant(this.engine, tenant, this.tables, sink, onRows));
      return { ...exported, file: name };
    } catch (thrown) {
      if (this.engine.isUnavailable(thrown)) throw thrown;
      throw refusal.notExported(tenant.id, thrown);
    }
  }
}

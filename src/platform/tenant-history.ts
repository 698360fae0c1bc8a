import { randomUUID } from 'node:crypto';
import type { CatalogueStore } from '../catalogue/catalogue-store.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { WorkLeases } from '../catalogue/work-leases.js';
import type { Clock } from '../clock/clock.js';
import { withDataSource } from '../database/data-source.js';
import type { Engine } from '../database/engine.js';
import { readVersion, Revision, type Version } from '../revision/revision.entity.js';
import type { TenantTable } from '../tenancy/feature.js';
import { type Header, isSameExport, readExport } from './export-lines.js';
import { type RewindPlan, targetOf } from './rewind-plan.js';
import { activeCentre } from './rewind-problems.js';
import { type Imported, importTenant } from './tenant-import.js';
import { TenantLock } from './tenant-lock.js';
import * as problems from './tenant-problems.js';
import { withRewind } from './tenant-rewind.js';
import { TenantSteps } from './tenant-steps.js';

const AT_A_TIME = 1;

/** An import that was begun, as the log has it. */
interface Begun {
  /** The epoch that the centre has once it is done. */
  epoch: string;
  export: Header;
}

/** The result of an import. `rows` is undefined when it was done before, and cut off before it could say so. */
export interface ImportReport {
  version: Version;
  header: Header;
  rows: Imported | undefined;
}

/** The result of a rewind; `revision` is that of the write, undefined when there was nothing to write. */
export type RewindReport = RewindPlan & { revision?: number };

interface RewindOptions {
  /** A revision or a date, as people write them. */
  to: string;
  /** Only tells what it would do. */
  isPlan: boolean;
  /** Also when the centre is active. */
  isSure: boolean;
}

/**
 * Brings the history of a centre in from an export, and rewinds it. Each is one transaction of the centre between two
 * steps in the log; one that was cut off is ended by the same command again.
 */
export class TenantHistory {
  private readonly steps: TenantSteps;
  private readonly lock: TenantLock;

  /** @param announce tells running pods of a new version of a centre */
  constructor(
    private readonly store: CatalogueStore,
    private readonly engine: Engine,
    private readonly tables: readonly TenantTable[],
    private readonly clock: Clock,
    private readonly announce: (tenantId: string, version: Version) => Promise<void>,
  ) {
    this.steps = new TenantSteps(store, clock);
    this.lock = new TenantLock(engine, AT_A_TIME);
  }

  /**
   * Brings an export into an empty centre.
   * @param onRows told how many rows are written
   * @throws Problem 404, 409 unless the centre is empty, 422 for what is no whole export
   */
  async import(
    id: string,
    source: AsyncIterable<Buffer>,
    actor: string,
    onRows: (count: number) => void = () => undefined,
  ): Promise<ImportReport> {
    const found = await this.find(id);
    const read = await readExport(source, this.tables);
    const { header } = read;
    return this.lock.hold(id, undefined, async () => {
      const cutOff = await this.cutOff(found, header);
      const version = { epoch: cutOff?.epoch ?? randomUUID(), revision: header.revision };
      const begun: Begun = { epoch: version.epoch, export: header };
      let rows: Imported | undefined;
      if (!cutOff)
        rows = await this.stepping(id, 'import', actor, (begin) => {
          const options = { epoch: version.epoch, at: this.now(), begin: () => begin(begun), onRows };
          return importTenant(this.engine, found, this.tables, read, options);
        });
      // Webhooks are looked after as soon as somebody switches them on.
      if (rows?.['webhooks'] !== 0) await new WorkLeases(this.store).register(id, this.now());
      await this.steps.note(id, 'import', actor, { ...version, ...rows });
      await this.announce(id, version);
      return { version, header, rows };
    });
  }

  /**
   * Makes the rows of a centre what they were at an earlier moment, as new writes.
   * @throws Problem 404, 409 for an active centre without `isSure`, 400 and 410 for a moment that cannot be gone back to
   */
  async rewind(id: string, { to, isPlan, isSure }: RewindOptions, actor: string): Promise<RewindReport> {
    const tenant = await this.find(id);
    const target = targetOf(to, tenant.timeZone, this.now());
    const { engine, tables } = this;
    if (isPlan)
      return this.lock.withProblems(() => withRewind(engine, tenant, tables, target, (rewind) => rewind.plan()));
    if (tenant.isActive && !isSure) throw activeCentre(id);
    return this.lock.hold(id, undefined, () =>
      withRewind(engine, tenant, tables, target, async (rewind) => {
        const plan = await rewind.plan();
        const wasCutOff = (await this.store.lastChange(id))?.action === 'rewinding';
        if (isNothing(plan) && !wasCutOff) return plan;
        const done = await this.stepping(id, 'rewind', actor, async (begin) => {
          await begin({ to: plan.to });
          return rewind.carryOut(actor, this.now());
        });
        // The log leaves out a field `revision`: it is that of the tenant in the catalogue.
        await this.steps.note(id, 'rewind', actor, { to: plan.to, ...(done && { doneAs: done.version.revision }) });
        if (!done) return plan;
        await new WorkLeases(this.store).bringForward(id, this.now());
        await this.announce(id, done.version);
        return { ...done.plan, revision: done.version.revision };
      }),
    );
  }

  /** Notes that `work` begins when it says so, and that it failed if it does after that. */
  private async stepping<T>(
    id: string,
    action: 'import' | 'rewind',
    actor: string,
    work: (begin: (about: object) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    let hasBegun = false;
    try {
      return await work(async (about) => {
        await this.steps.note(id, action === 'import' ? 'importing' : 'rewinding', actor, about);
        hasBegun = true;
      });
    } catch (thrown) {
      if (hasBegun) await this.steps.note(id, `${action}-failed`, actor, null).catch(() => undefined); // the first says more
      throw thrown;
    }
  }

  /** An import of the same export that was committed and not noted. */
  private async cutOff(tenant: Tenant, header: Header): Promise<Begun | undefined> {
    const last = await this.store.lastChange(tenant.id);
    if (last?.action !== 'importing') return undefined;
    const begun = last.after as Begun;
    const options = this.engine.maintenanceOptions(tenant, [Revision]);
    const { epoch } = await withDataSource(options, ({ manager }) => readVersion(manager));
    return epoch === begun.epoch && isSameExport(begun.export, header) ? begun : undefined;
  }

  private async find(id: string): Promise<Tenant> {
    const tenant = await this.store.find(id);
    if (!tenant) throw problems.unknown(id);
    if (tenant.status === 'retiring') throw problems.retiring(id);
    return tenant;
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}

function isNothing({ comesBack, goes, changes }: RewindPlan): boolean {
  return comesBack.count + goes.count + changes.count === 0;
}

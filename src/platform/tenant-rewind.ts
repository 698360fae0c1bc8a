import type { DataSource, EntityManager } from 'typeorm';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { Change } from '../change/change.entity.js';
import { listedOf } from '../change/effects.js';
import { notBeforeLast } from '../change/unit-of-work.js';
import { withDataSource } from '../database/data-source.js';
import type { Engine } from '../database/engine.js';
import { inTransaction } from '../database/transaction.js';
import { pendingMigrations } from '../migration/schema-migration.js';
import { readVersion, takeRevision, type Version } from '../revision/revision.entity.js';
import { applyEffects } from '../schedule/row-effects.js';
import type { TenantTable } from '../tenancy/feature.js';
import { behind } from './import-problems.js';
import { effectsOfRewind, planOf, type RewindPlan, type Target } from './rewind-plan.js';

/** A rewind that was done: what it did, and the version that it made. */
export interface Rewound {
  plan: RewindPlan;
  version: Version;
}

/** One centre's rows, for a rewind. */
export class TenantRewind {
  constructor(
    private readonly engine: Engine,
    private readonly dataSource: DataSource,
    private readonly target: Target,
  ) {}

  /** The effect that it would have on the rows as they are. @throws Problem 400, 404, 410 for a moment that cannot be gone back to */
  plan(): Promise<RewindPlan> {
    return this.dataSource.transaction(async (manager) => {
      const { revision } = await readVersion(manager);
      const { to, effects } = await effectsOfRewind(manager, this.target, revision);
      return planOf(to, revision, effects);
    });
  }

  /**
   * Makes the rows what they were, as one write with one change that can be taken back itself.
   * @returns undefined when they are what they were: then nothing is written
   */
  carryOut(actor: string, now: Date): Promise<Rewound | undefined> {
    return inTransaction(this.dataSource, this.engine, (manager) => this.write(manager, actor, now)).catch(
      (thrown: unknown) => {
        if (thrown instanceof NothingToWrite) return undefined;
        throw thrown;
      },
    );
  }

  private async write(manager: EntityManager, actor: string, now: Date): Promise<Rewound> {
    const version = await takeRevision(manager);
    const newest = version.revision - 1;
    const { to, effects } = await effectsOfRewind(manager, this.target, newest);
    const at = await notBeforeLast(manager, version, now);
    const [first, ...others] = await applyEffects({ manager, version, at }, effects);
    if (!first) throw new NothingToWrite();
    const told = listedOf([first, ...others]);
    await manager.insert(Change, { revision: version.revision, at, actor, action: 'undo', ...told });
    return { plan: planOf(to, newest, effects), version };
  }
}

/** Opens a centre for the time of `work`. @throws Problem 409 when its schema is behind */
export function withRewind<T>(
  engine: Engine,
  tenant: Tenant,
  tables: readonly TenantTable[],
  target: Target,
  work: (rewind: TenantRewind) => Promise<T>,
): Promise<T> {
  const entities = tables.map(({ entity }) => entity);
  return withDataSource(engine.maintenanceOptions(tenant, entities), async (dataSource) => {
    if ((await pendingMigrations(dataSource, engine)).length > 0) throw behind(tenant.id);
    return work(new TenantRewind(engine, dataSource, target));
  });
}

/** Thrown within a write, which it rolls back. */
class NothingToWrite extends Error {}

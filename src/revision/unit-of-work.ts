import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Backplane } from '../backplane/backplane.js';
import { Clock } from '../clock.js';
import { currentAttempt } from '../idempotency/attempt.js';
import { Problem } from '../problem/problem.js';
import { currentCaller } from '../tenancy/tenant.context.js';
import { TenantDatabase } from '../tenancy/tenant-database.js';
import { type Action, Change } from './change.entity.js';
import { Revision } from './revision.entity.js';

/** The state of a tenant's rows: `revision` counts its writes, `epoch` tells one life of the schema from the next. */
export interface Version {
  revision: number;
  epoch: string;
}

/** Of two versions in one life of the schema; between two lives there is no order. */
export function isNewer(one: Version, other: Version): boolean {
  return one.epoch === other.epoch && one.revision > other.revision;
}

/** So often a read tries its luck between writes before it makes them wait. */
const UNHINDERED_READS = 3;

/** A write under way: everything in it happens at one instant, in one transaction, under one revision. */
export interface Write {
  manager: EntityManager;
  version: Version;
  at: Date;
}

/** What a write did, for the tenant's changes, and what its caller gets. */
export interface Written<T> {
  action: Action;
  resource: string;
  resourceId: number;
  before: object | null;
  after: object | null;
  result: T;
}

/** Reads and writes of a tenant's rows, tied to its revision. */
@Injectable()
export class UnitOfWork {
  /** How many writes were committed, and how many the database did not take. */
  readonly writes = { done: 0, unavailable: 0 };

  constructor(
    private readonly database: TenantDatabase,
    private readonly backplane: Backplane,
    private readonly clock: Clock,
  ) {}

  /** The version alone. */
  version(): Promise<Version> {
    return this.database.read(readVersion);
  }

  /**
   * Reads rows as they are at one version, so that an entity tag names one body. Where writers do not wait for readers,
   * `work` is done again when a write came between; if writes leave no gap, it holds them up.
   */
  async read<T>(work: (manager: EntityManager, version: Version) => Promise<T>): Promise<T> {
    for (let reads = 1; reads <= UNHINDERED_READS; reads++) {
      const found = await this.database.read(async (manager) => {
        const version = await readVersion(manager);
        const result = await work(manager, version);
        const isOne = this.database.isStillInReads || isSame(version, await readVersion(manager));
        return isOne ? { result } : undefined;
      });
      if (found) return found.result;
    }
    return this.database.write(async (manager) => {
      await manager.increment(Revision, { id: 1 }, 'value', 0); // its lock keeps writers away, on other pods too
      return work(manager, await readVersion(manager));
    });
  }

  /**
   * Takes the next revision, does the work, appends the change, commits, announces. The revision's row is written
   * before anything else: its lock makes the writers of a tenant commit in the order of their revisions.
   * @throws Error when nobody answers for the write
   */
  async write<T>(work: (write: Write) => Promise<Written<T>>): Promise<T> {
    const { tenant, actor } = currentCaller();
    if (!actor) throw new Error('No actor: the route of this write asks for no role');
    const attempt = currentAttempt();
    const writing = this.database.write(async (manager) => {
      await manager.increment(Revision, { id: 1 }, 'value', 1);
      const version = await readVersion(manager);
      const at = new Date(this.clock.now());
      await attempt?.recall(manager, at);
      const { result, ...change } = await work({ manager, version, at });
      await manager.insert(Change, { revision: version.revision, at, actor, ...change });
      await attempt?.remember(manager, result, at);
      return [version, result] as const;
    });
    writing.then(
      () => this.writes.done++,
      (thrown) => (this.writes.unavailable += Number(thrown instanceof Problem && thrown.getStatus() === 503)),
    );
    const [version, result] = await writing;
    this.backplane.announce({ tenantId: tenant.id, ...version });
    return result;
  }
}

function isSame(one: Version, other: Version): boolean {
  return one.epoch === other.epoch && one.revision === other.revision;
}

async function readVersion(manager: EntityManager): Promise<Version> {
  const { value, epoch } = await manager.findOneByOrFail(Revision, { id: 1 });
  return { revision: value, epoch };
}

import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Backplane } from '../backplane/backplane.js';
import { Clock } from '../clock/clock.js';
import { IDEMPOTENCY_SWEEP_MS } from '../config/time-limits.js';
import { currentIdempotentRequest, deleteOldRecords } from '../idempotency/idempotent-request.js';
import { Problem } from '../problem/problem.js';
import { currentCaller, currentTenant } from '../tenancy/tenant-context.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { TenantDatabase } from '../tenancy/tenant-database.js';
import { type Action, Change } from './change.entity.js';
import { isSame, lockRevision, readVersion, takeRevision, type Version } from '../revision/revision.entity.js';

/** Optimistic attempts of a read before it locks the revision row. */
const UNHINDERED_READS = 3;

/** A write in flight: everything in it happens at one instant, in one transaction, under one revision. */
export interface Write {
  manager: EntityManager;
  version: Version;
  at: Date;
}

/** The effect of a write, for the tenant's changes, and the result for its caller. */
export interface Written<T> {
  action: Action;
  resource: string;
  resourceId: number;
  before: object | null;
  after: object | null;
  /** The revision of the change that it takes back. */
  undoes?: number;
  result: T;
}

/** @param askedMs from before the database was asked, of performance.now() */
export type VersionListener = (tenant: Tenant, version: Version, askedMs: number) => void;

/** Reads and writes of a tenant's rows, tied to its revision. */
@Injectable()
export class UnitOfWork {
  /** How many writes were committed, and how many the database did not take. */
  readonly writes = { done: 0, unavailable: 0 };
  private readonly listeners: VersionListener[] = [];
  private readonly writeListeners: ((tenant: Tenant) => void)[] = [];
  /** When a tenant's old idempotency records were last deleted. */
  private readonly sweptAtMs = new WeakMap<Tenant, number>();

  constructor(
    private readonly database: TenantDatabase,
    private readonly backplane: Backplane,
    private readonly clock: Clock,
  ) {}

  /** @param listener told the version that each read and write came upon, before its caller gets what it asked for */
  onVersion(listener: VersionListener): void {
    this.listeners.push(listener);
  }

  /** @param listener told of the tenant of each write of this process, after its commit; does not throw */
  onWrite(listener: (tenant: Tenant) => void): void {
    this.writeListeners.push(listener);
  }

  /** Whether the tenant's version cannot have changed since it was last read or written here. */
  isClosed(tenant: Tenant): boolean {
    return this.database.isClosed(tenant);
  }

  /** The version alone, for its caller only. */
  version(): Promise<Version> {
    return this.database.read(readVersion);
  }

  /**
   * Reads rows as they are at one version, so that an entity tag names one body. Where writers do not wait for readers,
   * `work` is done again when a write came between; if writes leave no gap, it holds them up.
   * @param reached a version that the tenant is known to have reached: if it is at it still, it is asked once, not twice
   */
  read<T>(work: (manager: EntityManager, version: Version) => Promise<T>, reached?: Version): Promise<T> {
    return this.telling(async (seen) => {
      let before = this.database.readsBlockWrites ? undefined : reached;
      for (let reads = 1; reads <= UNHINDERED_READS; reads++) {
        const found = await this.database.read(async (manager) => {
          const version = before ?? (seen.version = await readVersion(manager));
          const result = await work(manager, version).catch(async (thrown: unknown) => {
            if (thrown instanceof Problem) seen.version ??= await readVersion(manager); // that there is no such row is known of this version, too
            throw thrown;
          });
          if (this.database.readsBlockWrites) return { result };
          before = seen.version = await readVersion(manager);
          return isSame(version, before) ? { result } : undefined;
        });
        if (found) return found.result;
      }
      return this.database.write(async (manager) => work(manager, (seen.version = await lockRevision(manager))));
    });
  }

  /**
   * Takes the next revision, does the work, appends the change, commits, announces. The revision's row is written
   * before anything else: its lock makes the writers of a tenant commit in the order of their revisions.
   * @throws Error when nobody answers for the write
   */
  write<T>(work: (write: Write) => Promise<Written<T>>): Promise<T> {
    return this.telling(async (seen) => {
      const writing = this.commit(work, seen);
      writing.then(
        () => this.writes.done++,
        (thrown) => (this.writes.unavailable += Number(thrown instanceof Problem && thrown.getStatus() === 503)),
      );
      const [version, result] = await writing;
      seen.version = version;
      this.backplane.announce({ tenantId: currentTenant().id, ...version });
      for (const listener of this.writeListeners) listener(currentTenant());
      return result;
    });
  }

  private async commit<T>(work: (write: Write) => Promise<Written<T>>, seen: Seen): Promise<readonly [Version, T]> {
    const { actor, person } = currentCaller();
    if (!actor) throw new Error('No actor: the route of this write asks for no role');
    const idempotent = currentIdempotentRequest();
    return this.database.write(async (manager) => {
      const version = await takeRevision(manager);
      seen.version = { ...version, revision: version.revision - 1 }; // that is where a refused write leaves it
      const now = new Date(this.clock.now());
      await (idempotent ? idempotent.findAnswer(manager, now) : this.sweepRecords(manager, now));
      const at = await notBeforeLast(manager, version, now);
      const { result, ...change } = await work({ manager, version, at });
      const who = { actor, actorName: person?.name ?? null, actorEmail: person?.email ?? null };
      await manager.insert(Change, { revision: version.revision, at, ...who, ...change });
      await idempotent?.saveAnswer(manager, result, now);
      seen.version = undefined; // until the commit is known to be one
      return [version, result] as const;
    });
  }

  /** Now and then, so that old records go from a tenant whose writers send no key, too. */
  private async sweepRecords(manager: EntityManager, at: Date): Promise<void> {
    const tenant = currentTenant();
    if (at.getTime() < (this.sweptAtMs.get(tenant) ?? -Infinity) + IDEMPOTENCY_SWEEP_MS) return;
    this.sweptAtMs.set(tenant, at.getTime());
    await deleteOldRecords(manager, at);
  }

  /** Tells the listeners after the work, where they may read; also when it ends in a refusal. */
  private async telling<T>(work: (seen: Seen) => Promise<T>): Promise<T> {
    const tenant = currentTenant();
    const askedMs = performance.now();
    const seen: Seen = {};
    try {
      return await work(seen);
    } finally {
      if (seen.version) for (const listener of this.listeners) listener(tenant, seen.version, askedMs);
    }
  }
}

/**
 * The instant of a write: `now`, or that of the last change where clocks of pods differ or one was set back. Instants
 * of changes never go back as revisions go on, so an instant in the past has one revision.
 */
export async function notBeforeLast(manager: EntityManager, { revision }: Version, now: Date): Promise<Date> {
  const [last] = await manager.find(Change, {
    select: { revision: true, at: true },
    where: { revision: revision - 1 },
  });
  return last && last.at > now ? last.at : now;
}

/** The version that work on the rows came upon. */
interface Seen {
  version?: Version | undefined;
}

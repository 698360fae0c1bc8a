import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Semaphore } from 'async-mutex';
import { Between, type EntityManager } from 'typeorm';
import { insufficientRights } from '../auth/bearer-token.js';
import { Change } from '../change/change.entity.js';
import { UnitOfWork } from '../change/unit-of-work.js';
import { Clock } from '../clock/clock.js';
import { away, notFound, rateLimited } from '../problem/problem.js';
import type { Version } from '../revision/revision.entity.js';
import { currentCaller, currentTenant } from '../tenancy/tenant-context.js';
import { TenantDatabase } from '../tenancy/tenant-database.js';
import { purged, tooFarBack } from './lookback-problems.js';
import { firstFrom, revisionAt } from './revision-at.js';
import { TakenBack } from './taken-back.js';

/** Changes that one request takes back, at most: a few seconds of work. */
const MAX_CHANGES = 100_000;

/** Changes that are read at a time. Between two such reads writers get their turn, and so does the event loop. */
const CHANGES_AT_A_TIME = 200;

/** Requests of one tenant that look ahead or back at a time, and that wait for their turn. */
const AT_A_TIME = 2;
const MAX_WAITING = 20;

/** The instant or the revision to look at; with both undefined, the present. */
export interface Moment {
  at?: Date;
  revision?: number;
}

/** The tenant's rows at a moment. */
export interface Sight {
  manager: EntityManager;
  version: Version;
  at: Date;
  /** The values to put in the place of rows as they are now. */
  past: TakenBack;
}

/** The revision at a moment, its instant, and the version at which both were found. */
interface Found {
  revision: number;
  at: Date;
  seen: Version;
}

/** Whether something else than the present is asked for. */
export function isElsewhen({ at, revision }: Moment): boolean {
  return at !== undefined || revision !== undefined;
}

/**
 * Reads a tenant's rows as they were at an earlier moment, or as they are with the clock put forward. Looking back takes
 * the changes since then back, so it costs in proportion to them.
 */
@Injectable()
export class Lookback {
  /** By tenant id, the requests in flight and waiting. */
  private readonly turns = new Map<string, { semaphore: Semaphore; requests: number }>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: TenantDatabase,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws Problem 403 unless the caller is an editor of the tenant, 404 for a revision to come, 400 and 410 for a moment
   * too long ago, 429 when too many ask at once
   */
  async read<T>(moment: Moment, work: (sight: Sight) => Promise<T>): Promise<T> {
    if (!currentCaller().seesHidden)
      throw insufficientRights('role-required', 'Looking ahead and back is for editors of the shopping centre.');
    const { at } = moment;
    return this.inTurn(() =>
      at !== undefined && at.getTime() >= this.clock.now() ? this.ahead(at, work) : this.back(moment, work),
    );
  }

  private ahead<T>(at: Date, work: (sight: Sight) => Promise<T>): Promise<T> {
    return this.unitOfWork.read((manager, version) =>
      work({ manager, version, at, past: new TakenBack(version.revision) }),
    );
  }

  private async back<T>(moment: Moment, work: (sight: Sight) => Promise<T>): Promise<T> {
    const { revision, at, seen } = await this.unitOfWork.read((manager, version) => find(manager, version, moment));
    const past = new TakenBack(revision);
    while (past.upTo < seen.revision) {
      past.take(await this.database.read((manager) => changesAfter(manager, past.upTo, seen.revision)));
      await setImmediate();
    }
    // Writes may have come meanwhile: the rest is taken back at the version at which the rows are read.
    return this.unitOfWork.read(async (manager, { epoch, revision: newest }) => {
      if (epoch !== seen.epoch) throw away(new Error('The schema was made anew meanwhile'));
      while (past.upTo < newest) past.take(await changesAfter(manager, past.upTo, newest));
      return work({ manager, version: { epoch, revision }, at, past });
    });
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const { id } = currentTenant();
    const turn = this.turns.get(id) ?? { semaphore: new Semaphore(AT_A_TIME), requests: 0 };
    if (turn.requests >= AT_A_TIME + MAX_WAITING) throw rateLimited(id, 1);
    this.turns.set(id, turn);
    turn.requests++;
    try {
      return await turn.semaphore.runExclusive(work);
    } finally {
      if (--turn.requests === 0) this.turns.delete(id);
    }
  }
}

async function find(manager: EntityManager, seen: Version, { at, revision }: Moment): Promise<Found> {
  const found =
    revision === undefined
      ? { revision: await revisionAt(manager, at ?? new Date(NaN), seen.revision), at: at ?? new Date(NaN) }
      : { revision, at: await instantOf(manager, revision, seen.revision) };
  const count = seen.revision - found.revision;
  if (count > MAX_CHANGES)
    throw tooFarBack(`There are ${count} changes since then, and ${MAX_CHANGES} can be taken back.`);
  return { ...found, seen };
}

/** @throws Problem 404 for a revision to come, 410 for one whose change was purged */
export async function instantOf(manager: EntityManager, revision: number, newest: number): Promise<Date> {
  if (revision > newest) throw notFound('revision', revision);
  const change = await firstFrom(manager, revision);
  if (change?.revision !== revision) throw purged();
  return change.at;
}

/** The next changes, oldest first. @throws Problem 410 when they are gone */
export async function changesAfter(manager: EntityManager, revision: number, newest: number) {
  const last = Math.min(newest, revision + CHANGES_AT_A_TIME);
  const changes = await manager.find(Change, {
    select: { revision: true, resource: true, resourceId: true, before: true, after: true },
    where: { revision: Between(revision + 1, last) },
    order: { revision: 'ASC' },
  });
  if (changes.length === 0) throw purged();
  return changes;
}

import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type Announcement, Backplane } from '../backplane/backplane.js';
import { Clock } from '../clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { isNewer, isSame, type Version } from '../revision/revision.entity.js';
import { UnitOfWork } from '../revision/unit-of-work.js';
import { runAs } from '../tenancy/tenant.context.js';
import type { Tenant } from '../tenancy/tenant.entity.js';

/** A tenant that was not read for this long, or for as long as it is fresh, is no longer asked after; its next reader asks. */
const IN_USE_MS = 5 * 60_000;
/** A database that has not answered by then counts as away. */
const DEADLINE_MS = 1_000;
/** How many revisions are read at a time. */
const CONCURRENCY = 4;

/** The last version of a tenant that this pod has heard of. */
export interface Known {
  readonly tenant: Tenant;
  /** The same object as long as nothing was written: compared by identity. */
  version: Version;
  /** When the database first told of its epoch, of performance.now(). */
  livesSinceMs: number;
  /** When the database last confirmed it, in epoch milliseconds. */
  confirmedMs: number;
  /** Until when it is believed without asking; never for longer than it is asked after. */
  freshUntilMs: number;
  /** When it was last asked for by a request, in epoch milliseconds. */
  usedMs: number;
  /** The database was asked in vain: what is known is served, and the poll goes on asking. */
  unconfirmed: boolean;
}

export type Advanced = (known: Known) => void;

/**
 * Knows which version of each tenant is current. News of a write come over the backplane and with whatever this pod
 * reads and writes; since messages may be lost, the tenants in use are asked after every REVISION_POLL_MS and at once on
 * reconnection.
 * Within one epoch it only ever moves forward, in whatever order the news come.
 */
@Injectable()
export class VersionTracker implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('VersionTracker');
  private readonly known = new Map<string, Known>();
  private readonly asking = new Map<Tenant, Promise<Known>>();
  /** When a version that is not the known one any more was last confirmed. */
  private readonly overtaken = new WeakMap<Version, number>();
  private readonly listeners: Advanced[] = [];
  private readonly freshMs: number;
  private readonly inUseMs: number;
  private poller: NodeJS.Timeout | undefined;
  private polling = false;
  private pollsAgain = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Backplane) private readonly backplane: Backplane,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {
    this.freshMs = 2 * config.revisionPollMs;
    this.inUseMs = Math.max(IN_USE_MS, this.freshMs);
  }

  onModuleInit(): void {
    this.unitOfWork.onVersion((...news) => this.confirm(...news));
    this.backplane.listen({
      announced: (announcement) => this.hear(announcement),
      reconnected: () => this.poll(),
    });
    this.poller = setInterval(() => this.polling || this.poll(), this.config.revisionPollMs).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.poller);
  }

  /** What is known without asking; undefined when that is nothing, or too old to be believed. */
  fresh(tenantId: string, nowMs: number): Known | undefined {
    const known = this.known.get(tenantId);
    return known && nowMs < known.freshUntilMs ? known : undefined;
  }

  /**
   * The current version, from the database when it is not known for sure.
   * @throws Problem 503 when the database is away and nothing was known, or not within STALE_MAX_S
   */
  async current(tenant: Tenant): Promise<Known> {
    const nowMs = this.clock.now();
    const known = this.of(tenant);
    if (known && !this.isInUse(known, nowMs)) known.unconfirmed = false; // by now the database may be well again
    if (known) known.usedMs = nowMs;
    if (known && (nowMs < known.freshUntilMs || (known.unconfirmed && this.isBearable(known, nowMs)))) return known;
    if (!known || !this.isBearable(known, nowMs)) return this.ask(tenant);
    if (!(await inTime(this.ask(tenant)))) this.doubt(known);
    return known;
  }

  /** Whether what was known at its last confirmation may still be served while the database is away. */
  isBearable(known: Known, nowMs: number): boolean {
    return nowMs - known.confirmedMs <= this.config.staleMaxMs;
  }

  /** When `version` was last right for sure, in epoch milliseconds; undefined when it is right or was never known. */
  overtakenMs(version: Version): number | undefined {
    return this.overtaken.get(version);
  }

  /** The longest time since the version of a tenant in use was last confirmed. */
  get lagMs(): number {
    const nowMs = this.clock.now();
    return Math.max(0, ...this.inUse(nowMs).map(({ confirmedMs }) => nowMs - confirmedMs));
  }

  /** For a tenant that has left. */
  forget({ id }: Tenant): void {
    this.known.delete(id);
  }

  /** @param listener told when a tenant in use reaches another version */
  onAdvance(listener: Advanced): void {
    this.listeners.push(listener);
  }

  /** The object that stands for `version`: the known one, when that is what it is. */
  canonical(tenant: Tenant, version: Version): Version {
    const known = this.of(tenant);
    return known && isSame(known.version, version) ? known.version : version;
  }

  /** The database gave this version to somebody who asked at `askedMs`, of performance.now(). */
  private confirm(tenant: Tenant, version: Version, askedMs: number): Known {
    const known = this.of(tenant) ?? this.add(tenant, version, performance.now());
    const isOtherLife = known.version.epoch !== version.epoch;
    if (isOtherLife && askedMs < known.livesSinceMs) return known; // late, of a life that is over
    if (isOtherLife) known.livesSinceMs = performance.now();
    return this.take(known, version);
  }

  private take(known: Known, version: Version): Known {
    const nowMs = this.clock.now();
    const advances = known.version.epoch !== version.epoch || isNewer(version, known.version);
    if (advances) this.overtaken.set(known.version, known.confirmedMs);
    if (advances) known.version = version;
    known.confirmedMs = nowMs;
    known.freshUntilMs = Math.min(nowMs + this.freshMs, known.usedMs + this.inUseMs);
    known.unconfirmed = false;
    if (advances && this.isInUse(known, nowMs)) for (const listener of this.listeners) listener(known);
    return known;
  }

  private add(tenant: Tenant, version: Version, livesSinceMs: number): Known {
    const nowMs = this.clock.now();
    const times = { livesSinceMs, confirmedMs: nowMs, freshUntilMs: 0, usedMs: nowMs };
    const known = { tenant, version, ...times, unconfirmed: false };
    // What comes in late for one that has left is for nobody after.
    if (tenant.status === 'active') this.known.set(tenant.id, known);
    return known;
  }

  /** What is known of this life of the tenant: one of the same id before it is none of its business. */
  private of(tenant: Tenant): Known | undefined {
    const known = this.known.get(tenant.id);
    return known?.tenant === tenant ? known : undefined;
  }

  private hear({ tenantId, epoch, revision }: Announcement): void {
    if (tenantId === null) return;
    const known = this.known.get(tenantId);
    if (!known) return this.hearEarly(tenantId, { epoch, revision });
    if (known.version.epoch !== epoch) {
      known.freshUntilMs = 0; // another life of the schema, which only the database can date
      this.ask(known.tenant).catch(() => undefined); // then its next reader asks
    } else if (revision > known.version.revision) {
      this.take(known, { epoch, revision });
    }
  }

  /** Nobody here reads this tenant, or somebody asks after it just now and may get an answer from before the news. */
  private hearEarly(tenantId: string, version: Version): void {
    const tenant = [...this.asking.keys()].find(({ id }) => id === tenantId);
    if (tenant) this.add(tenant, version, 0); // the answer says whether that life goes on
  }

  /** One round at a time; who calls meanwhile gets another after it. */
  private poll(): void {
    this.pollsAgain = this.polling;
    if (this.polling) return;
    this.polling = true;
    void this.askInUse().finally(() => {
      this.polling = false;
      if (this.pollsAgain) this.poll();
    });
  }

  private async askInUse(): Promise<void> {
    const queue = this.inUse(this.clock.now());
    const worker = async (): Promise<void> => {
      for (let known = queue.pop(); known; known = queue.pop()) {
        if (this.unitOfWork.isAsleep(known.tenant)) this.take(known, known.version);
        else if (!(await inTime(this.ask(known.tenant)))) this.doubt(known);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  }

  private inUse(nowMs: number): Known[] {
    return [...this.known.values()].filter((known) => this.isInUse(known, nowMs));
  }

  private isInUse({ usedMs }: Known, nowMs: number): boolean {
    return nowMs - usedMs <= this.inUseMs;
  }

  /** One question at a time for each tenant, however many want to know. */
  private ask(tenant: Tenant): Promise<Known> {
    const asked = this.asking.get(tenant);
    if (asked) return asked;
    const askedMs = performance.now();
    const asking = runAs({ tenant, actor: 'atrium' }, () => this.unitOfWork.version())
      .then((version) => this.confirm(tenant, version, askedMs))
      .finally(() => this.asking.delete(tenant));
    this.asking.set(tenant, asking);
    return asking;
  }

  private doubt(known: Known): void {
    if (known.unconfirmed || known.tenant.status !== 'active') return;
    known.unconfirmed = true;
    known.freshUntilMs = 0;
    this.logger.warn(`${known.tenant.id}: the database does not answer, the last good answers are served`);
  }
}

/** Whether `answer` came within the deadline; what becomes of it later is for those who wait on. */
async function inTime(answer: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), DEADLINE_MS);
  const came = answer.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([came, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

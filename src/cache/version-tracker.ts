import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { AnnouncementVerifier } from '../backplane/announcement-verifier.js';
import type { Announcement } from '../backplane/backplane.js';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { VERSION_DEADLINE_MS } from '../config/time-limits.js';
import { UnitOfWork } from '../change/unit-of-work.js';
import { runAs } from '../tenancy/tenant-context.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import type { KnownVersion } from './known-version.js';
import { KnownVersions } from './known-versions.js';

/** Revisions read at the same time by a poll. */
const CONCURRENCY = 4;

/**
 * Knows the current version of each tenant, from the database alone: from this pod's own reads and writes, and from
 * questions. It asks when another pod announces a write. Announcements can be lost, so it also asks for the tenants in
 * use every REVISION_POLL_MS, and at once when the backplane has reconnected.
 */
@Injectable()
export class VersionTracker implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('VersionTracker');
  private readonly asking = new Map<Tenant, Promise<KnownVersion>>();
  private readonly announcements = new AnnouncementVerifier<Tenant>((tenant) => this.verify(tenant));
  private poller: NodeJS.Timeout | undefined;
  private polling = false;
  private pollsAgain = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly versions: KnownVersions,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.poller = setInterval(() => this.polling || this.poll(), this.config.revisionPollMs).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.poller);
  }

  /**
   * The current version: the known one while it is fresh, else the database's.
   * @throws Problem 503 when the database is away and no version is known, or none within STALE_MAX_S
   */
  async current(tenant: Tenant): Promise<KnownVersion> {
    const nowMs = this.clock.now();
    const known = this.versions.of(tenant);
    if (!known) return this.ask(tenant);
    known.use(nowMs);
    const isServable = known.isWithinStaleLimit(nowMs);
    if (known.isFresh(nowMs) || (known.unconfirmed && isServable)) return known;
    if (!isServable) return this.ask(tenant);
    if (!(await inTime(this.ask(tenant)))) this.markUnconfirmed(known);
    return known;
  }

  /**
   * Another pod, or anybody who reaches Redis, announced a version of a tenant. That is a reason to ask the database, and
   * no more: readers are served from memory meanwhile. A tenant that nobody reads is asked after by its next reader.
   */
  onAnnouncement({ tenantId, epoch, revision }: Announcement): void {
    if (tenantId === null) return;
    const known = this.versions.find(tenantId);
    if (known?.version.epoch === epoch && known.version.revision >= revision) return;
    const tenant = known?.tenant ?? [...this.asking.keys()].find(({ id }) => id === tenantId);
    if (!tenant || (known && !known.isInUse(this.clock.now())) || this.unitOfWork.isClosed(tenant)) return;
    this.announcements.hear(tenant);
  }

  /** @returns whether the version is another than before */
  private async verify(tenant: Tenant): Promise<boolean> {
    await this.answerInFlight(tenant);
    const before = this.versions.of(tenant);
    const version = before?.version;
    try {
      return (await this.ask(tenant)).version !== version;
    } catch (thrown) {
      if (before) this.markUnconfirmed(before);
      throw thrown;
    }
  }

  /** A question that is in flight may be answered with a version from before the announcement. */
  private async answerInFlight(tenant: Tenant): Promise<void> {
    const asking = this.asking.get(tenant);
    if (!asking) return;
    const isFirst = !this.versions.of(tenant);
    await asking.catch(() => undefined);
    if (isFirst) this.versions.of(tenant)?.expire(); // nobody is served from memory yet: readers wait for the next answer
  }

  /** One round at a time; a call during a round causes another one after it. */
  poll(): void {
    this.pollsAgain = this.polling;
    if (this.polling) return;
    this.polling = true;
    void this.askInUse().finally(() => {
      this.polling = false;
      if (this.pollsAgain) this.poll();
    });
  }

  private async askInUse(): Promise<void> {
    const queue = this.versions.inUse(this.clock.now());
    const worker = async (): Promise<void> => {
      for (let known = queue.pop(); known; known = queue.pop()) {
        if (this.unitOfWork.isClosed(known.tenant)) this.versions.record(known, known.version);
        else if (!(await inTime(this.ask(known.tenant)))) this.markUnconfirmed(known);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  }

  /** One question at a time for each tenant, shared by all callers. */
  private ask(tenant: Tenant): Promise<KnownVersion> {
    const asked = this.asking.get(tenant);
    if (asked) return asked;
    const askedMs = performance.now();
    const asking = runAs({ tenant, actor: 'atrium' }, () => this.unitOfWork.version())
      .then((version) => this.versions.confirm(tenant, version, askedMs))
      .finally(() => this.asking.delete(tenant));
    this.asking.set(tenant, asking);
    return asking;
  }

  private markUnconfirmed(known: KnownVersion): void {
    if (known.unconfirmed || !known.tenant.isActive) return;
    known.markUnconfirmed();
    this.logger.warn(`${known.tenant.id}: the database does not answer, the last good answers are served`);
  }
}

/** Whether `answer` resolves within the deadline. It goes on afterwards for its other callers. */
async function inTime(answer: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), VERSION_DEADLINE_MS);
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

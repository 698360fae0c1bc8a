import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Announcement } from '../backplane/backplane.js';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { VERSION_DEADLINE_MS } from '../config/time-limits.js';
import type { Version } from '../revision/revision.entity.js';
import { UnitOfWork } from '../change/unit-of-work.js';
import { runAs } from '../tenancy/tenant-context.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import type { KnownVersion } from './known-version.js';
import { KnownVersions } from './known-versions.js';

/** Revisions read at the same time by a poll. */
const CONCURRENCY = 4;

/**
 * Knows the current version of each tenant. Writes become known from the backplane and from this pod's own reads and
 * writes. Announcements can be lost, so the database is asked for the revisions of tenants in use every
 * REVISION_POLL_MS, and at once when the backplane has reconnected.
 */
@Injectable()
export class VersionTracker implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('VersionTracker');
  private readonly asking = new Map<Tenant, Promise<KnownVersion>>();
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

  /** Another pod announced a version of a tenant. */
  onAnnouncement({ tenantId, epoch, revision }: Announcement): void {
    if (tenantId === null) return;
    const known = this.versions.find(tenantId);
    if (!known) return this.onEarlyAnnouncement(tenantId, { epoch, revision });
    if (known.version.epoch !== epoch) {
      known.expire(); // another incarnation of the schema, and only the database knows which is the later one
      this.ask(known.tenant).catch(() => undefined); // the next reader asks again
    } else if (revision > known.version.revision) {
      this.versions.record(known, { epoch, revision });
    }
  }

  /** No version is known yet. A question in flight may be answered with a revision from before the announcement. */
  private onEarlyAnnouncement(tenantId: string, version: Version): void {
    const tenant = [...this.asking.keys()].find(({ id }) => id === tenantId);
    if (tenant) this.versions.add(tenant, version, 0); // the answer decides whether this incarnation is the current one
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

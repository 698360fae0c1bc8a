import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Announcement } from '../backplane/backplane.js';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { VERSION_DEADLINE_MS } from '../config/time-limits.js';
import type { Version } from '../revision/revision.entity.js';
import { UnitOfWork } from '../change/unit-of-work.js';
import { runAs } from '../tenancy/tenant-context.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { type Known, KnownVersions } from './known-versions.js';

/** How many revisions are read at a time. */
const CONCURRENCY = 4;

/**
 * Knows which version of each tenant is current. News of a write come over the backplane and with whatever this pod
 * reads and writes; since messages may be lost, the tenants in use are asked after every REVISION_POLL_MS and at once on
 * reconnection.
 */
@Injectable()
export class VersionTracker implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('VersionTracker');
  private readonly asking = new Map<Tenant, Promise<Known>>();
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
   * The current version, from the database when it is not known for sure.
   * @throws Problem 503 when the database is away and nothing was known, or not within STALE_MAX_S
   */
  async current(tenant: Tenant): Promise<Known> {
    const nowMs = this.clock.now();
    const known = this.versions.of(tenant);
    if (known && !this.versions.isInUse(known, nowMs)) known.unconfirmed = false; // by now the database may be well again
    if (known) known.usedMs = nowMs;
    if (known && (nowMs < known.freshUntilMs || (known.unconfirmed && this.versions.isBearable(known, nowMs))))
      return known;
    if (!known || !this.versions.isBearable(known, nowMs)) return this.ask(tenant);
    if (!(await inTime(this.ask(tenant)))) this.doubt(known);
    return known;
  }

  /** Another pod announced a version of a tenant. */
  hear({ tenantId, epoch, revision }: Announcement): void {
    if (tenantId === null) return;
    const known = this.versions.find(tenantId);
    if (!known) return this.hearEarly(tenantId, { epoch, revision });
    if (known.version.epoch !== epoch) {
      known.freshUntilMs = 0; // another life of the schema, which only the database can date
      this.ask(known.tenant).catch(() => undefined); // then its next reader asks
    } else if (revision > known.version.revision) {
      this.versions.take(known, { epoch, revision });
    }
  }

  /** Nobody here reads this tenant, or somebody asks after it just now and may get an answer from before the news. */
  private hearEarly(tenantId: string, version: Version): void {
    const tenant = [...this.asking.keys()].find(({ id }) => id === tenantId);
    if (tenant) this.versions.add(tenant, version, 0); // the answer says whether that life goes on
  }

  /** One round at a time; who calls meanwhile gets another after it. */
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
        if (this.unitOfWork.isClosed(known.tenant)) this.versions.take(known, known.version);
        else if (!(await inTime(this.ask(known.tenant)))) this.doubt(known);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  }

  /** One question at a time for each tenant, however many want to know. */
  private ask(tenant: Tenant): Promise<Known> {
    const asked = this.asking.get(tenant);
    if (asked) return asked;
    const askedMs = performance.now();
    const asking = runAs({ tenant, actor: 'atrium' }, () => this.unitOfWork.version())
      .then((version) => this.versions.confirm(tenant, version, askedMs))
      .finally(() => this.asking.delete(tenant));
    this.asking.set(tenant, asking);
    return asking;
  }

  private doubt(known: Known): void {
    if (known.unconfirmed || !known.tenant.isActive) return;
    known.unconfirmed = true;
    known.freshUntilMs = 0;
    this.logger.warn(`${known.tenant.id}: the database does not answer, the last good answers are served`);
  }
}

/** Whether `answer` came within the deadline; what becomes of it later is for those who wait on. */
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

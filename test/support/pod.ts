import { setTimeout as delay } from 'node:timers/promises';
import { type Cache, createCache } from 'cache-manager';
import { type Backplane, InProcessBackplane } from '../../src/backplane/backplane.js';
import { RedisBackplane } from '../../src/backplane/redis-backplane.js';
import { openRedis } from '../../src/cache/connected-store.js';
import { CacheMetrics } from '../../src/cache/cache-metrics.js';
import { DistributedCache } from '../../src/cache/distributed-cache.js';
import { TIMELINE } from '../../src/cache/cached.js';
import { Memory } from '../../src/cache/memory.js';
import { PageCache } from '../../src/cache/page-cache.js';
import { TenantCache } from '../../src/cache/tenant-cache.js';
import { KnownVersions } from '../../src/cache/known-versions.js';
import { VersionTracker } from '../../src/cache/version-tracker.js';
import { CampaignService } from '../../src/campaign/campaign.service.js';
import { Clock } from '../../src/clock/clock.js';
import { loadConfig } from '../../src/config/config.js';
import { PullRegistry } from '../../src/meter/pull-registry.js';
import { Precondition } from '../../src/representation/precondition.js';
import type { Representation } from '../../src/representation/representation.js';
import { UnitOfWork } from '../../src/change/unit-of-work.js';
import { Lookback } from '../../src/lookback/lookback.js';
import { PastReader } from '../../src/schedule/past-reader.js';
import { ScheduledRows } from '../../src/schedule/scheduled-rows.js';
import { timelineLoad } from '../../src/schedule/timeline-load.js';
import { PageReader } from '../../src/schedule/page-reader.js';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { runAs } from '../../src/tenancy/tenant-context.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import type { Tenant } from '../../src/catalogue/tenant.entity.js';
import type { Atrium } from './atrium.js';
import { wireCache } from '../../src/wiring.js';

interface Options {
  environment?: Record<string, string>;
  /** Where the backplane's Redis is, when it is another than the cache's. */
  backplaneUrl?: string;
  clock?: Clock;
}

/** The live campaigns as a pod shows them. */
export interface Shown {
  names: string[];
  revision: number;
  origin: string | undefined;
}

/** A pod without its HTTP: caches and backplane of its own, on the database of `atrium`. */
export class Pod {
  readonly tenant: Tenant;
  readonly unitOfWork: UnitOfWork;
  readonly cache: TenantCache;
  readonly distributed: DistributedCache;
  readonly campaigns: CampaignService;
  /** How often the database was read. */
  databaseReads = 0;
  private readonly clock: Clock;
  private readonly shared: Cache;
  private readonly backplane: Backplane;
  private readonly tracker: VersionTracker;

  constructor(
    atrium: Atrium,
    { environment = {}, backplaneUrl = environment.REDIS_URL, clock = new Clock() }: Options = {},
  ) {
    const config = loadConfig(environment);
    this.clock = clock;
    const tenant = atrium.app.get(Catalogue).find('berlin-mall');
    if (!tenant) throw new Error('The tests need the tenant berlin-mall');
    this.tenant = tenant;
    this.backplane =
      backplaneUrl === undefined ? new InProcessBackplane() : new RedisBackplane(backplaneUrl, config.redisPrefix);
    const database = this.counted(atrium.app.get(TenantDatabase));
    this.unitOfWork = new UnitOfWork(database, this.backplane, clock);
    const stores = config.redisUrl === undefined ? undefined : [openRedis(config.redisUrl, config.redisPrefix)];
    this.shared = createCache({ stores });
    this.distributed = new DistributedCache(this.shared, config);
    const versions = new KnownVersions(config, clock);
    this.tracker = new VersionTracker(config, versions, this.unitOfWork, clock);
    const memory = new Memory(config);
    this.cache = new TenantCache(
      memory,
      this.distributed,
      versions,
      this.tracker,
      this.unitOfWork,
      clock,
      new CacheMetrics(new PullRegistry(false), memory, versions, this.distributed),
      config,
    );
    const { unitOfWork, tracker, cache, backplane } = this;
    wireCache({ unitOfWork, versions, tracker, cache, backplane });
    const kept = new PageCache(memory, cache, versions, tracker, clock);
    const pages = new PageReader(unitOfWork, cache, kept, clock);
    const past = new PastReader(new Lookback(unitOfWork, database, clock));
    this.campaigns = new CampaignService(new ScheduledRows(unitOfWork, cache, pages, past, clock), unitOfWork);
    this.tracker.onModuleInit();
  }

  /** Whether it says that it hears of the other pods, and they of it. */
  get isConnected(): boolean | undefined {
    return this.backplane.isConnected;
  }

  read(id: number): Promise<Representation<unknown>> {
    return this.run(() => this.campaigns.find(id));
  }

  async live(): Promise<Shown> {
    const { cached, origin } = await this.run(() => this.cache.find(TIMELINE, timelineLoad(this.clock)));
    const bytes = cached.answer('/campaign-events/live', this.tenant).at(this.clock.now())?.bytes ?? '';
    const names = (JSON.parse(bytes.toString()) as { name: string }[]).map(({ name }) => name);
    return { names, revision: cached.version.revision, origin };
  }

  async create(name: string, dates = ALWAYS): Promise<number> {
    const created = await this.run(() => this.campaigns.create({ name, ...dates, events: [{ name, ...dates }] }));
    return (created.body as { id: number }).id;
  }

  rename(id: number, name: string): Promise<Representation<unknown>> {
    return this.run(() => this.campaigns.change('update', id, new Precondition(undefined), { name }));
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    return runAs({ tenant: this.tenant, actor: 'test' }, work);
  }

  /** Until its connection to the shared cache is up. */
  async connected(): Promise<void> {
    do {
      await delay(10);
      await this.shared.set('hello', 1).catch(() => undefined);
    } while ((await this.shared.get('hello')) === undefined);
  }

  async close(): Promise<void> {
    this.tracker.onApplicationShutdown();
    await this.shared.disconnect();
    if (this.backplane instanceof RedisBackplane) this.backplane.close();
  }

  private counted(database: TenantDatabase): TenantDatabase {
    const counting = Object.create(database) as TenantDatabase;
    counting.read = (work) => {
      this.databaseReads++;
      return database.read(work);
    };
    counting.write = (work) => database.write(work);
    return counting;
  }
}

const ALWAYS = { startDate: new Date('2020-01-01T00:00:00Z'), endDate: new Date('2900-01-01T00:00:00Z') };

/** The pods of a spec, to be closed together however it ended. */
export class Pods {
  private readonly all: Pod[] = [];

  constructor(private readonly atrium: Atrium) {}

  open(options: Options = {}): Pod {
    const pod = new Pod(this.atrium, options);
    this.all.push(pod);
    return pod;
  }

  async close(): Promise<void> {
    await Promise.all(this.all.splice(0).map((pod) => pod.close()));
  }
}

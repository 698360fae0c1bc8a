import { createRequire } from 'node:module';
import { Inject, Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge } from 'prom-client';
import { Backplane } from '../backplane/backplane.js';
import { DistributedCache } from '../cache/distributed-cache.js';
import { FastPath } from '../fast-path/fast-path.js';
import { Memory } from '../cache/memory.js';
import { TenantCache } from '../cache/tenant-cache.js';
import { KnownVersions } from '../cache/known-versions.js';
import { CONFIG, type Config } from '../config/config.js';
import { DatabaseProbe } from '../health/database-probe.js';
import { Readiness } from '../health/readiness.js';
import { UnitOfWork } from '../change/unit-of-work.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { ENGINE, type Engine, type PoolUse } from '../database/engine.js';
import { RateLimiter } from '../tenancy/rate-limiter.js';
import { TenantConnections } from '../tenancy/tenant-connections.js';
import { ReadingRegistry } from '../meter/pull-registry.js';
import { RequestDurations } from '../observability/request-durations.js';
import { RequestObserver } from '../observability/request-observer.js';
import { TenantRequests } from '../observability/tenant-requests.js';

const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string };

/** What Prometheus gets: everything is counted where it happens and only read here, when somebody asks. */
@Injectable()
export class Metrics {
  /** One for each application: several may run in a process. */
  private readonly registry = new ReadingRegistry();

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(ENGINE) private readonly engine: Engine,
    private readonly durations: RequestDurations,
    private readonly tenantRequests: TenantRequests,
    private readonly observer: RequestObserver,
    private readonly readiness: Readiness,
    private readonly cache: TenantCache,
    private readonly fastPath: FastPath,
    private readonly memory: Memory,
    private readonly versions: KnownVersions,
    private readonly backplane: Backplane,
    private readonly distributed: DistributedCache,
    private readonly catalogue: Catalogue,
    private readonly connections: TenantConnections,
    private readonly probe: DatabaseProbe,
    private readonly unitOfWork: UnitOfWork,
    private readonly limiter: RateLimiter,
  ) {
    if (!config.metrics) return;
    collectDefaultMetrics({ register: this.registry });
    this.registry.registerMetric(this.durations as never); // it has what the registry asks of a metric
    this.addProcess();
    this.addCache();
    this.addDatabase();
    this.addTenants(config);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** In Prometheus' text format. */
  async text(): Promise<string> {
    await this.probe.ask().catch(() => undefined); // then what it last said is told
    return this.registry.metrics();
  }

  private addProcess(): void {
    const build = { name: 'atrium_build_info', help: 'Which Atrium this is, on which Node' };
    new Gauge({ ...build, labelNames: ['version', 'node'], registers: [this.registry] })
      .labels(version, process.version)
      .set(1);
    this.registry.gauge('atrium_ready', 'Whether requests should be sent here', () => Number(this.readiness.isReady));
    const underWay = 'Requests that were not answered yet; where this is served with them, itself among them';
    this.registry.gauge('atrium_http_requests_under_way', underWay, () => this.observer.list().length);
  }

  private addCache(): void {
    this.registry.counter(
      'atrium_cache_reads_total',
      'Answers that may be cached, by where they came from',
      'layer',
      () => {
        const { reads } = this.cache;
        return { ...reads, memory: reads.memory + this.fastPath.answered };
      },
    );
    this.registry.counter('atrium_cache_loads_total', 'Loads from the database', 'result', () => this.cache.loads);
    this.registry.gauge(
      'atrium_cache_memory_bytes',
      'What the answers in memory weigh, roughly',
      () => this.memory.bytes,
    );
    this.registry.gauge('atrium_cache_memory_entries', 'Answers in memory', () => this.memory.entries);
    const lag = 'The longest time since the revision of a tenant in use was last confirmed';
    this.registry.gauge('atrium_revision_lag_seconds', lag, () => this.versions.lagMs / 1_000);
    if (this.backplane.isConnected === undefined) return;
    const connected = 'Whether this pod hears of the others, and they of it';
    this.registry.gauge('atrium_backplane_connected', connected, () => Number(this.backplane.isConnected));
    const open = 'Whether Redis failed so often that it is left alone for a moment';
    this.registry.gauge('atrium_redis_circuit_open', open, () => Number(this.distributed.isCircuitOpen));
  }

  private addDatabase(): void {
    const up = 'Whether the catalogue answered when it was last read';
    this.registry.gauge('atrium_database_up', up, () => Number(this.catalogue.isReachable));
    const writes = 'Writes that were committed, and that the database did not take';
    this.registry.counter('atrium_writes_total', writes, 'result', () => this.unitOfWork.writes);
    if (!this.engine.poolUse) return;
    const use = (): PoolUse => this.engine.poolUse ?? { used: 0, idle: 0, waiting: 0, max: 0 };
    const connections = 'Connections of this pod, all tenants together';
    const inUse = () => ({ used: use().used, idle: use().idle });
    this.registry.gauge('atrium_database_pool_connections', connections, inUse, 'state');
    this.registry.gauge('atrium_database_pool_waiting', 'Who waits for a connection', () => use().waiting);
    this.registry.gauge('atrium_database_pool_max', 'As many connections as there may be', () => use().max);
  }

  private addTenants({ metricsTenantsMax }: Config): void {
    this.registry.gauge('atrium_tenants', 'Tenants of the catalogue', () => this.tenantsByStatus(), 'status');
    this.registry.gauge('atrium_tenants_behind', 'Whose schema awaits a migration', () => this.probe.last?.behind);
    const quarantined = 'Whose last migration failed';
    this.registry.gauge('atrium_tenants_quarantined', quarantined, () => this.probe.last?.quarantined);
    const failing = 'Which this pod could not open within the last minute';
    this.registry.gauge('atrium_tenants_failing', failing, () => this.connections.failing);
    const limited = 'Requests refused because their tenant asked too often';
    this.registry.counter('atrium_rate_limited_total', limited, undefined, () => this.limiter.refused);
    if (metricsTenantsMax === 0) return;
    const { tenantRequests } = this;
    const requests = new Counter({
      name: 'atrium_tenant_requests_total',
      help: 'Requests of each tenant, by class of status',
      labelNames: ['tenant', 'status'],
      registers: [],
      collect() {
        this.reset();
        for (const { value, ...labels } of tenantRequests.values()) this.inc(labels, value);
      },
    });
    this.registry.registerMetric(requests);
  }

  private tenantsByStatus(): Record<string, number> {
    const counts: Record<string, number> = { active: 0, suspended: 0, retiring: 0 };
    for (const { status } of this.catalogue.list()) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  }
}

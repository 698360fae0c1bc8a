import { Injectable } from '@nestjs/common';
import { type HealthIndicatorFunction, HealthIndicatorService } from '@nestjs/terminus';
import { Backplane } from '../backplane/backplane.js';
import { DistributedCache } from '../cache/distributed-cache.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { TenantConnections } from '../tenancy/tenant-connections.js';
import { DatabaseProbe } from './database-probe.js';

/** The checks of /health. Only the database makes it a 503: without the others most requests are still answered. */
@Injectable()
export class Indicators {
  constructor(
    private readonly indicator: HealthIndicatorService,
    private readonly probe: DatabaseProbe,
    private readonly backplane: Backplane,
    private readonly distributed: DistributedCache,
    private readonly catalogue: Catalogue,
    private readonly connections: TenantConnections,
  ) {}

  all(): HealthIndicatorFunction[] {
    const redis = this.backplane.isConnected === undefined ? [] : [() => this.redis()];
    return [() => this.database(), ...redis, () => this.tenants()];
  }

  private database() {
    // The probe has a deadline, and its message may be shown to anyone.
    return this.indicator.check('database').attempt(async () => void (await this.probe.ask()));
  }

  private redis() {
    const session = this.indicator.check('redis');
    const isUp = this.backplane.isConnected && !this.distributed.isCircuitOpen;
    if (isUp && this.distributed.isReadOnly)
      return session.degraded('takes no writes: it is full, or a read-only replica; what it holds is read');
    return isUp ? session.up() : session.degraded('is away; reads and writes go on without it');
  }

  /** Numbers only; the log and "atrium migrate --check" name the tenants. */
  private async tenants() {
    const session = this.indicator.check('tenants');
    const { behind, quarantined } = await this.probe.ask().catch(() => this.probe.last ?? UNKNOWN);
    const { failing } = this.connections;
    const figures = { known: this.catalogue.list().length, behind, quarantined, failing };
    return behind || quarantined || failing ? session.degraded(figures) : session.up(figures);
  }
}

const UNKNOWN = { behind: undefined, quarantined: undefined };

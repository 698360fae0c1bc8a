import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { VERSION_IN_USE_MS } from '../config/time-limits.js';
import { isSame, type Version } from '../revision/revision.entity.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { KnownVersion, type VersionLimits } from './known-version.js';

/** Told when a tenant in use reaches another version. */
type AdvanceListener = (known: KnownVersion) => void;

/**
 * The known version of each tenant in memory. Within one epoch a version only ever moves forward, in whatever order
 * answers arrive.
 */
@Injectable()
export class KnownVersions {
  private readonly known = new Map<string, KnownVersion>();
  /** By version that is no longer the known one, when it was last confirmed. */
  private readonly overtaken = new WeakMap<Version, number>();
  private readonly listeners: AdvanceListener[] = [];
  private readonly limits: VersionLimits;

  constructor(
    @Inject(CONFIG) { revisionPollMs, staleMaxMs }: Config,
    private readonly clock: Clock,
  ) {
    const freshMs = 2 * revisionPollMs;
    this.limits = { freshMs, inUseMs: Math.max(VERSION_IN_USE_MS, freshMs), staleMaxMs };
  }

  /** The known version when it can be served without asking the database. */
  fresh(tenantId: string, nowMs: number): KnownVersion | undefined {
    const known = this.known.get(tenantId);
    return known?.isFresh(nowMs) ? known : undefined;
  }

  /** By id only: may belong to a retired tenant. */
  find(tenantId: string): KnownVersion | undefined {
    return this.known.get(tenantId);
  }

  /** Only of this tenant: an earlier tenant with the same id does not count. */
  of(tenant: Tenant): KnownVersion | undefined {
    const known = this.known.get(tenant.id);
    return known?.tenant === tenant ? known : undefined;
  }

  inUse(nowMs: number): KnownVersion[] {
    return [...this.known.values()].filter((known) => known.isInUse(nowMs));
  }

  /** The longest time since the version of a tenant in use was last confirmed. */
  get lagMs(): number {
    const nowMs = this.clock.now();
    return Math.max(0, ...this.inUse(nowMs).map(({ confirmedMs }) => nowMs - confirmedMs));
  }

  /** When `version` was last confirmed, in epoch milliseconds; undefined when it is the known one or never was. */
  overtakenMs(version: Version): number | undefined {
    return this.overtaken.get(version);
  }

  /** The known version's object when it equals `version`, else `version` itself: versions are compared by identity. */
  canonical(tenant: Tenant, version: Version): Version {
    const known = this.of(tenant);
    return known && isSame(known.version, version) ? known.version : version;
  }

  onAdvance(listener: AdvanceListener): void {
    this.listeners.push(listener);
  }

  /** Records `version` as the database's answer to a question asked at `askedMs`, of performance.now(). */
  confirm(tenant: Tenant, version: Version, askedMs: number): KnownVersion {
    const known = this.of(tenant) ?? this.add(tenant, version);
    return known.isSuperseded(version, askedMs) ? known : this.record(known, version);
  }

  /** Records `version` unless the known one is newer, marks it confirmed, notifies if it advanced. */
  record(known: KnownVersion, version: Version): KnownVersion {
    const nowMs = this.clock.now();
    const { version: before, confirmedMs } = known;
    if (!known.confirm(version, nowMs)) return known;
    this.overtaken.set(before, confirmedMs);
    if (known.isInUse(nowMs)) for (const listener of this.listeners) listener(known);
    return known;
  }

  /** Called when a tenant has left. */
  forget({ id }: Tenant): void {
    this.known.delete(id);
  }

  private add(tenant: Tenant, version: Version): KnownVersion {
    const known = new KnownVersion(tenant, version, this.clock.now(), this.limits);
    // An answer for a tenant that has left meanwhile is not kept.
    if (tenant.isActive) this.known.set(tenant.id, known);
    return known;
  }
}

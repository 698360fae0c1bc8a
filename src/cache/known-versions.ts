import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { VERSION_IN_USE_MS } from '../config/time-limits.js';
import { isNewer, isSame, type Version } from '../revision/revision.entity.js';
import type { Tenant } from '../catalogue/tenant.entity.js';

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

/** Told when a tenant in use reaches another version. */
export type Advanced = (known: Known) => void;

/**
 * The version of each tenant in memory, and for how long it is believed. Within one epoch a version only ever moves
 * forward, in whatever order the news come.
 */
@Injectable()
export class KnownVersions {
  private readonly known = new Map<string, Known>();
  /** When a version that is not the known one any more was last confirmed. */
  private readonly overtaken = new WeakMap<Version, number>();
  private readonly listeners: Advanced[] = [];
  private readonly freshMs: number;
  private readonly inUseMs: number;
  private readonly staleMaxMs: number;

  constructor(
    @Inject(CONFIG) { revisionPollMs, staleMaxMs }: Config,
    private readonly clock: Clock,
  ) {
    this.freshMs = 2 * revisionPollMs;
    this.inUseMs = Math.max(VERSION_IN_USE_MS, this.freshMs);
    this.staleMaxMs = staleMaxMs;
  }

  /** What is known without asking; undefined when that is nothing, or too old to be believed. */
  fresh(tenantId: string, nowMs: number): Known | undefined {
    const known = this.known.get(tenantId);
    return known && nowMs < known.freshUntilMs ? known : undefined;
  }

  /** Of whatever life of a tenant of that id. */
  find(tenantId: string): Known | undefined {
    return this.known.get(tenantId);
  }

  /** What is known of this life of the tenant: one of the same id before it is none of its business. */
  of(tenant: Tenant): Known | undefined {
    const known = this.known.get(tenant.id);
    return known?.tenant === tenant ? known : undefined;
  }

  /** Whether what was known at its last confirmation may still be served while the database is away. */
  isBearable(known: Known, nowMs: number): boolean {
    return nowMs - known.confirmedMs <= this.staleMaxMs;
  }

  inUse(nowMs: number): Known[] {
    return [...this.known.values()].filter((known) => this.isInUse(known, nowMs));
  }

  isInUse({ usedMs }: Known, nowMs: number): boolean {
    return nowMs - usedMs <= this.inUseMs;
  }

  /** The longest time since the version of a tenant in use was last confirmed. */
  get lagMs(): number {
    const nowMs = this.clock.now();
    return Math.max(0, ...this.inUse(nowMs).map(({ confirmedMs }) => nowMs - confirmedMs));
  }

  /** When `version` was last right for sure, in epoch milliseconds; undefined when it is right or was never known. */
  overtakenMs(version: Version): number | undefined {
    return this.overtaken.get(version);
  }

  /** The object that stands for `version`: the known one, when that is what it is. */
  canonical(tenant: Tenant, version: Version): Version {
    const known = this.of(tenant);
    return known && isSame(known.version, version) ? known.version : version;
  }

  onAdvance(listener: Advanced): void {
    this.listeners.push(listener);
  }

  /** The database gave this version to somebody who asked at `askedMs`, of performance.now(). */
  confirm(tenant: Tenant, version: Version, askedMs: number): Known {
    const known = this.of(tenant) ?? this.add(tenant, version, performance.now());
    const isOtherLife = known.version.epoch !== version.epoch;
    if (isOtherLife && askedMs < known.livesSinceMs) return known; // late, of a life that is over
    if (isOtherLife) known.livesSinceMs = performance.now();
    return this.take(known, version);
  }

  /** It is the current one, or the known one is newer. */
  take(known: Known, version: Version): Known {
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

  /** @param livesSinceMs as in Known; 0 when it is not the database that told */
  add(tenant: Tenant, version: Version, livesSinceMs: number): Known {
    const nowMs = this.clock.now();
    const times = { livesSinceMs, confirmedMs: nowMs, freshUntilMs: 0, usedMs: nowMs };
    const known = { tenant, version, ...times, unconfirmed: false };
    // What comes in late for one that has left is for nobody after.
    if (tenant.isActive) this.known.set(tenant.id, known);
    return known;
  }

  /** For a tenant that has left. */
  forget({ id }: Tenant): void {
    this.known.delete(id);
  }
}

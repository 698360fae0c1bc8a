import type { Tenant } from '../catalogue/tenant.entity.js';
import { isNewer, type Version } from '../revision/revision.entity.js';

/** The times for which a known version is used, in milliseconds. */
export interface VersionLimits {
  /** Since the last confirmation: served without asking the database. */
  freshMs: number;
  /** Since the last request: still polled for. */
  inUseMs: number;
  /** Since the last confirmation: still served while the database is away. */
  staleMaxMs: number;
}

/** The last version of a tenant that this pod knows of. Times are epoch milliseconds unless stated otherwise. */
export class KnownVersion {
  private isUnconfirmed = false;
  private lastConfirmedMs: number;
  private usedMs: number;
  private freshUntilMs = 0;
  /** When the database first showed its epoch, of performance.now(). */
  private incarnationSinceMs = performance.now();

  constructor(
    readonly tenant: Tenant,
    private latest: Version,
    nowMs: number,
    private readonly limits: VersionLimits,
  ) {
    this.lastConfirmedMs = this.usedMs = nowMs;
  }

  /** The same object as long as nothing was written: compared by identity. */
  get version(): Version {
    return this.latest;
  }

  get confirmedMs(): number {
    return this.lastConfirmedMs;
  }

  /** The last attempt to ask the database failed: the known version is served, and the poll goes on asking. */
  get unconfirmed(): boolean {
    return this.isUnconfirmed;
  }

  /** Whether it is served without asking the database. */
  isFresh(nowMs: number): boolean {
    return nowMs < this.freshUntilMs;
  }

  /** Whether it is polled for. */
  isInUse(nowMs: number): boolean {
    return nowMs - this.usedMs <= this.limits.inUseMs;
  }

  /** Whether it may still be served while the database is away. */
  isWithinStaleLimit(nowMs: number): boolean {
    return nowMs - this.lastConfirmedMs <= this.limits.staleMaxMs;
  }

  /** Whether `version` belongs to an incarnation that ended after `askedMs`, of performance.now(): its answer is late. */
  isSuperseded({ epoch }: Version, askedMs: number): boolean {
    return epoch !== this.latest.epoch && askedMs < this.incarnationSinceMs;
  }

  /** Records a request. After a pause without requests the database may answer again, so it is asked first. */
  use(nowMs: number): void {
    if (!this.isInUse(nowMs)) this.isUnconfirmed = false;
    this.usedMs = nowMs;
  }

  /**
   * Records `version` unless the known one is newer, and marks it confirmed.
   * @returns whether the tenant advanced
   */
  confirm(version: Version, nowMs: number): boolean {
    const isOtherIncarnation = version.epoch !== this.latest.epoch;
    const advances = isOtherIncarnation || isNewer(version, this.latest);
    if (isOtherIncarnation) this.incarnationSinceMs = performance.now();
    if (advances) this.latest = version;
    this.lastConfirmedMs = nowMs;
    this.freshUntilMs = Math.min(nowMs + this.limits.freshMs, this.usedMs + this.limits.inUseMs);
    this.isUnconfirmed = false;
    return advances;
  }

  /** The next reader asks the database. */
  expire(): void {
    this.freshUntilMs = 0;
  }

  markUnconfirmed(): void {
    this.isUnconfirmed = true;
    this.expire();
  }
}

import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Semaphore } from 'async-mutex';
import type { Announcement } from '../backplane/backplane.js';
import { Catalogue } from '../catalogue/catalogue.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { WorkLeases } from '../catalogue/work-leases.js';
import { Clock } from '../clock/clock.js';
import {
  WEBHOOK_DRAIN_MS,
  WORK_LEASE_MS,
  WORK_MOMENT_MS,
  WORK_POLL_MS,
  WORK_RENEWAL_MS,
  WORK_RETRY_MS,
  WORK_SWEEP_MS,
} from '../config/time-limits.js';
import { ENGINE, type Engine } from '../database/engine.js';
import { runAs } from '../tenancy/tenant-context.js';
import { Courier } from './courier.js';
import { DeliveryLog } from './delivery-log.js';
import { Outbox } from './outbox.js';
import { SendPermits } from './send-permits.js';
import { Shift } from './shift.js';
import { FencedOff } from './work-fence.entity.js';

/** A pod's work on one tenant, from the attempt to get the lease to its return. */
interface Work {
  /** Undefined while the lease is asked for. */
  shift?: Shift;
  /** The lease is good until then, of performance.now(), as far as this pod knows. */
  heldUntilMs: number;
  ended: Promise<void>;
}

/** Tenants whose database this pod works on at a time, for their webhooks. */
const STEPS = 4;
/** No revision: whoever looks finds that there is something to tell. */
const NEVER_TOLD = -1;

/**
 * Has the webhooks of each tenant worked on by one pod at a time, when there is something to tell. A tenant without work
 * costs nothing but its row in the few statements that ask for the work of all.
 */
@Injectable()
export class Dispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  /** How late the work is that nobody does, in milliseconds, when it was last asked for. */
  overdueMs = 0;
  private readonly logger = new Logger('Webhooks');
  /** The tenants that have, or had, webhooks. */
  private known = new Set<string>();
  private readonly timers = new Map<string, { atMs: number; timer: NodeJS.Timeout }>();
  private readonly works = new Map<string, Work>();
  /** Tenants this pod has written to, which nobody is known to have told of. */
  private readonly written = new Set<string>();
  private readonly steps = new Semaphore(STEPS);
  private readonly tickers: NodeJS.Timeout[] = [];
  /** Timers do not inherit the request that set them, with its caller and its Idempotency-Key. */
  private readonly outsideRequests = AsyncLocalStorage.snapshot();
  private isStopping = false;

  constructor(
    private readonly leases: WorkLeases,
    private readonly catalogue: Catalogue,
    @Inject(ENGINE) private readonly engine: Engine,
    private readonly outbox: Outbox,
    private readonly courier: Courier,
    private readonly log: DeliveryLog,
    private readonly permits: SendPermits,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    const every = (ms: number, work: () => Promise<void>) => {
      const tick = () => void work().catch((thrown: unknown) => this.logger.warn(String(thrown)));
      this.tickers.push(setInterval(tick, ms).unref());
    };
    every(WORK_POLL_MS, () => this.poll());
    every(WORK_SWEEP_MS, () => this.sweep());
    every(WORK_RENEWAL_MS, () => this.renew());
    const first = () =>
      this.sweep(true)
        .then(() => this.poll())
        .catch(() => undefined); // the next ones try again
    this.tickers.push(setTimeout(() => void first(), WORK_RETRY_MS).unref());
  }

  /** Leaves its work to the other pods. */
  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    for (const ticker of this.tickers) clearInterval(ticker);
    for (const { timer } of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    for (const { shift } of this.works.values()) shift?.stop();
    const late = setTimeout(() => void this.courier.abort(), WEBHOOK_DRAIN_MS);
    await Promise.all([...this.works.values()].map(({ ended }) => ended));
    clearTimeout(late);
  }

  /** How many tenants this pod works on. */
  get working(): number {
    return this.works.size;
  }

  /** The tenant's first webhook is about to be made. */
  learn(tenantId: string): void {
    this.known.add(tenantId);
  }

  /** This pod has written to the tenant: it is the one to tell of it. */
  onWrite({ id }: Tenant): void {
    if (!this.known.has(id)) return;
    this.written.add(id);
    this.schedule(id, 0);
  }

  /** Another pod has written, or says so. It tells of it, unless it dies: that is looked into a little later. */
  onAnnouncement({ tenantId }: Announcement): void {
    if (tenantId !== null && this.known.has(tenantId) && !this.timers.has(tenantId))
      this.schedule(tenantId, WORK_RETRY_MS * (1 + Math.random()));
  }

  /** Announcements up to now may have been missed. */
  sweepSoon(): void {
    void this.sweep().catch(() => undefined); // the next one finds them
  }

  /** Asks for what is due until the next poll, and for what dead pods have left. */
  async poll(): Promise<void> {
    const nowMs = this.clock.now();
    const due = await this.leases.due(new Date(nowMs + WORK_POLL_MS));
    this.overdueMs = 0;
    for (const { tenantId, dueAt, leasedUntil } of shuffled(due)) {
      const isLeft = leasedUntil !== null && leasedUntil.getTime() <= Date.now();
      const inMs = isLeft ? 0 : (dueAt?.getTime() ?? nowMs) - nowMs;
      if (!leasedUntil && this.catalogue.find(tenantId)?.isActive) this.overdueMs = Math.max(this.overdueMs, -inMs);
      this.schedule(tenantId, inMs);
    }
  }

  /**
   * Finds writes that nobody told of, since the pod that wrote died with them.
   * @param isFirst whether this process has just begun: then it cannot know what was left
   */
  async sweep(isFirst = false): Promise<void> {
    const leases = await this.leases.all();
    this.known = new Set(leases.map(({ tenantId }) => tenantId));
    const tenants = leases.flatMap(({ tenantId }) => this.catalogue.find(tenantId) ?? []);
    const revisions = await this.engine.revisionsOf(tenants.filter(({ isActive }) => isActive));
    for (const { tenantId, revision } of leases) {
      const now = revisions?.get(tenantId);
      const isBehind = revisions ? now !== undefined && now !== revision : isFirst;
      if (isBehind) this.schedule(tenantId, WORK_RETRY_MS * Math.random());
    }
  }

  /** Works on a tenant now, unless another pod does. Resolves when there is nothing to do for now. */
  async work(tenantId: string): Promise<void> {
    clearTimeout(this.timers.get(tenantId)?.timer);
    this.timers.delete(tenantId);
    const tenant = this.catalogue.find(tenantId);
    if (!tenant?.isActive || this.isStopping) return;
    const present = this.works.get(tenantId);
    if (present) {
      if (present.shift && !present.shift.wake()) this.schedule(tenantId, WORK_MOMENT_MS); // it is about to end
      return present.ended;
    }
    const work: Work = { heldUntilMs: 0, ended: Promise.resolve() };
    this.works.set(tenantId, work);
    work.ended = this.begin(tenant, work).finally(() => this.works.delete(tenantId));
    return work.ended;
  }

  private async begin(tenant: Tenant, work: Work): Promise<void> {
    const { id } = tenant;
    let token: number | undefined;
    try {
      const askedMs = performance.now();
      token = await this.steps.runExclusive(() => this.leases.claim(id));
      const isOwnWrite = this.written.delete(id);
      if (token === undefined) return isOwnWrite ? await this.leave(id) : undefined;
      work.heldUntilMs = askedMs + WORK_LEASE_MS;
      work.shift = this.shiftWith(token, work);
      if (this.isStopping) work.shift.stop();
      const { shift } = work;
      const { revision, dueMs } = await runAs({ tenant, actor: 'atrium' }, () => shift.run());
      const dueAt = dueMs === Infinity ? null : new Date(dueMs);
      await this.leases.release(id, token, revision, dueAt);
      if (dueAt) this.schedule(id, dueMs - this.clock.now());
    } catch (thrown) {
      if (!(thrown instanceof FencedOff))
        this.logger.warn(`${id}: ${thrown instanceof Error ? thrown.message : 'failed'}`);
      this.schedule(id, WORK_RETRY_MS + WORK_POLL_MS * Math.random());
      const dueAt = new Date(this.clock.now() + WORK_RETRY_MS);
      if (token !== undefined) await this.leases.release(id, token, NEVER_TOLD, dueAt).catch(() => undefined);
    }
  }

  private shiftWith(token: number, work: Work): Shift {
    const { outbox, courier, log, permits, clock } = this;
    const step = <T>(job: () => Promise<T>) => this.steps.runExclusive(job);
    return new Shift({ outbox, courier, log, permits, clock, step }, token, () => performance.now() < work.heldUntilMs);
  }

  /** Another pod works on it, and may have looked too early: the work stays due, and this pod asks again. */
  private async leave(tenantId: string): Promise<void> {
    this.written.add(tenantId);
    this.schedule(tenantId, WORK_RETRY_MS);
    await this.leases.bringForward(tenantId, new Date(this.clock.now()));
  }

  /** A lease that has run out is not renewed: another pod may have it. */
  private async renew(): Promise<void> {
    const askedMs = performance.now();
    const held = [...this.works.values()].filter(({ heldUntilMs }) => heldUntilMs > askedMs);
    if (held.length === 0) return;
    await this.leases.renew();
    for (const work of held) work.heldUntilMs = askedMs + WORK_LEASE_MS;
  }

  private schedule(tenantId: string, inMs: number): void {
    if (this.isStopping || inMs > 2 * WORK_POLL_MS) return; // a poll finds it in time
    const atMs = performance.now() + Math.max(0, inMs);
    const present = this.timers.get(tenantId);
    if (present && present.atMs <= atMs) return;
    clearTimeout(present?.timer);
    const timer = this.outsideRequests(() => setTimeout(() => void this.work(tenantId), Math.max(0, inMs)).unref());
    this.timers.set(tenantId, { atMs, timer });
  }
}

/** The items in another order in each pod: pods begin with different ones. */
function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item);
}

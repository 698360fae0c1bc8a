import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { IsNull, LessThanOrEqual } from 'typeorm';
import { WORK_LEASE_MS } from '../config/time-limits.js';
import { CatalogueStore } from './catalogue-store.js';
import { WorkLease } from './work-lease.entity.js';

/**
 * Leases on the tenants' work in the background. A pod that dies loses its leases when they run out; the token of a lease
 * keeps a pod that was frozen from going on with one it has lost.
 */
@Injectable()
export class WorkLeases {
  /** Names this process. */
  readonly owner: string = randomUUID();

  constructor(private readonly store: CatalogueStore) {}

  /** Has the tenant's work looked at by `dueAt`. Call it before the write that makes work: afterwards could be too late. */
  async register(tenantId: string, dueAt: Date): Promise<void> {
    await this.store.use(async (manager) => {
      const row = { tenantId, dueAt, revision: 0, owner: null, token: 0, leasedUntil: null };
      if (await manager.existsBy(WorkLease, { tenantId })) return;
      await manager.insert(WorkLease, row).catch(async (thrown: unknown) => {
        if (!(await manager.existsBy(WorkLease, { tenantId }))) throw thrown; // otherwise another pod was first
      });
    });
    await this.bringForward(tenantId, dueAt);
  }

  /** The leases of all tenants. */
  all(): Promise<WorkLease[]> {
    return this.store.use((manager) => manager.find(WorkLease));
  }

  /** Those that are due up to `until`, and those whose pod has not renewed them. */
  due(until: Date): Promise<WorkLease[]> {
    return this.store.use((manager) =>
      manager.find(WorkLease, {
        where: [{ dueAt: LessThanOrEqual(until) }, { leasedUntil: LessThanOrEqual(new Date()) }],
      }),
    );
  }

  /** @returns the token of the lease; undefined: another pod has it */
  claim(tenantId: string): Promise<number | undefined> {
    return this.store.use(async (manager) => {
      const taken = {
        owner: this.owner,
        token: () => '"Token" + 1',
        leasedUntil: new Date(Date.now() + WORK_LEASE_MS),
        dueAt: null,
      };
      const free = [{ leasedUntil: IsNull() }, { leasedUntil: LessThanOrEqual(new Date()) }];
      const { affected } = await manager
        .createQueryBuilder()
        .update(WorkLease)
        .set(taken)
        .where({ tenantId })
        .andWhere(free)
        .execute();
      if (affected !== 1) return undefined;
      const lease = await manager.findOneBy(WorkLease, { tenantId, owner: this.owner });
      return lease?.token;
    });
  }

  /** Renews all leases of this pod. */
  async renew(): Promise<void> {
    const leasedUntil = new Date(Date.now() + WORK_LEASE_MS);
    await this.store.use((manager) => manager.update(WorkLease, { owner: this.owner }, { leasedUntil }));
  }

  /** Gives a lease back. Work that came meanwhile stays due. */
  async release(tenantId: string, token: number, revision: number, dueAt: Date | null): Promise<void> {
    const free = { owner: null, leasedUntil: null, revision };
    const held = { tenantId, token, owner: this.owner };
    await this.store.use(async (manager) => {
      if (dueAt) await manager.update(WorkLease, { ...held, dueAt: IsNull() }, { dueAt });
      await manager.update(WorkLease, held, free);
    });
  }

  /** Has the tenant's work looked at by `dueAt`, if not earlier. */
  async bringForward(tenantId: string, dueAt: Date): Promise<void> {
    await this.store.use((manager) =>
      manager
        .createQueryBuilder()
        .update(WorkLease)
        .set({ dueAt })
        .where({ tenantId })
        .andWhere('("DueAt" IS NULL OR "DueAt" > :dueAt)', { dueAt })
        .execute(),
    );
  }
}

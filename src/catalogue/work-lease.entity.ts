import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column.js';

/** The lease on a tenant's work in the background: one pod at a time does it. Tenants that never had any have no row. */
@Entity('WorkLeases')
export class WorkLease {
  @PrimaryColumn('varchar', { name: 'TenantId', length: 63 })
  tenantId: string;

  /** When there is something to do; null: not before somebody writes. */
  @InstantColumn('DueAt', { nullable: true })
  dueAt: Date | null;

  /** The tenant's revision up to which the work is done. */
  @Column('int', { name: 'Revision' })
  revision: number;

  /** The pod that works; null: nobody does. */
  @Column('varchar', { name: 'Owner', length: 36, nullable: true })
  owner: string | null;

  /** Raised with each lease. The tenant's own schema takes nothing from a pod with a lower token. */
  @Column('int', { name: 'Token' })
  token: number;

  /** By the clocks of the pods, not by one that tests set. */
  @InstantColumn('LeasedUntil', { nullable: true })
  leasedUntil: Date | null;
}

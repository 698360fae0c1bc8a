import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column.js';

/**
 * A step in the life of a tenant. What takes several steps begins with one of its own, so that whoever finds it cut off
 * knows where to go on: `adding` … `add` or `add-failed`; `retiring`, `export`, `drop`, `retire` or `retire-failed`.
 */
export type TenantAction =
  'adding' | 'add' | 'add-failed' | 'update' | 'move' | 'retiring' | 'export' | 'drop' | 'retire' | 'retire-failed';

/** Who did what to the catalogue of tenants: a row for every revision of the catalogue, never altered. */
@Entity('TenantChanges')
export class TenantChange {
  /** The catalogue's revision that this change made, from 1 without gaps. */
  @PrimaryColumn('int', { name: 'Revision' })
  revision: number;

  @InstantColumn('At')
  at: Date;

  @Column('nvarchar', { name: 'Actor', length: 255 })
  actor: string;

  @Column('varchar', { name: 'Action', length: 20 })
  action: TenantAction;

  /** Outlives the tenant. */
  @Column('varchar', { name: 'TenantId', length: 63 })
  tenantId: string;

  /** The tenant as it was, without the password of its database; null before its life. */
  @Column('simple-json', { name: 'Before', nullable: true })
  before: object | null;

  /** The tenant as it became, or what the step brought about; null after its life. */
  @Column('simple-json', { name: 'After', nullable: true })
  after: object | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column.js';

/**
 * A step in the lifecycle of a tenant. An operation of several steps records its beginning, so that it can be resumed when
 * it was cut off: `adding` … `add` or `add-failed`; `importing` … `import` or `import-failed`; `rewinding` … `rewind` or
 * `rewind-failed`; `retiring`, `export`, `drop`, `retire` or `retire-failed`.
 */
export type TenantAction =
  | 'adding'
  | 'add'
  | 'add-failed'
  | 'update'
  | 'move'
  | 'importing'
  | 'import'
  | 'import-failed'
  | 'rewinding'
  | 'rewind'
  | 'rewind-failed'
  | 'retiring'
  | 'export'
  | 'drop'
  | 'retire'
  | 'retire-failed';

/** Audit of the catalogue: one row for each of its revisions, never altered. */
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

  /** No foreign key: the row outlives the tenant. */
  @Column('varchar', { name: 'TenantId', length: 63 })
  tenantId: string;

  /** The tenant before the step, without the password of its database; null when it was not there. */
  @Column('simple-json', { name: 'Before', nullable: true })
  before: object | null;

  /** The tenant after the step, or the result of the step; null when there is neither. */
  @Column('simple-json', { name: 'After', nullable: true })
  after: object | null;
}

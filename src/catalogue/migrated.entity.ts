import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column.js';

/**
 * How far the migrations of a tenant's schema have come, so that one query of the catalogue finds all that are behind.
 * The schema's own table of migrations decides; the two differ only after a schema was restored.
 */
@Entity('Migrated')
export class Migrated {
  @PrimaryColumn('varchar', { name: 'TenantId', length: 63 })
  tenantId: string;

  /** The time stamp in the name of the newest migration applied; null when there is none. */
  @Column('varchar', { name: 'Version', length: 13, nullable: true })
  version: string | null;

  /** The time of the last update of this row. */
  @InstantColumn('At')
  at: Date;

  /** Why the last attempt failed; null when it did not. */
  @Column('nvarchar', { name: 'Failure', length: 2000, nullable: true })
  failure: string | null;
}

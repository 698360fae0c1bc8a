import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column.js';

/**
 * How far a tenant's schema has come, as its last migration left it: so that the catalogue alone can say who is behind.
 * The schema's own history is what counts; the two part only when a schema is restored.
 */
@Entity('Migrated')
export class Migrated {
  @PrimaryColumn('varchar', { name: 'TenantId', length: 63 })
  tenantId: string;

  /** The time stamp in the name of the newest migration applied; null when there is none. */
  @Column('varchar', { name: 'Version', length: 13, nullable: true })
  version: string | null;

  /** When that was written. */
  @InstantColumn('At')
  at: Date;

  /** Why the last attempt failed; null when it did not. */
  @Column('nvarchar', { name: 'Failure', length: 2000, nullable: true })
  failure: string | null;
}

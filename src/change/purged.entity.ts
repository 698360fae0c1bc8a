import { Column, Entity, type EntityManager, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column.js';

/** One row: the revisions up to which a purge has removed what a tenant kept of its history; 0: nothing. */
@Entity('Purged')
export class Purged {
  @PrimaryColumn('int', { name: 'Id' })
  id: number;

  /** Rows that were deleted up to this revision cannot be restored, but for those that were put back before. */
  @Column('int', { name: 'Tombstones' })
  tombstones: number;

  /** Changes up to this revision are gone. */
  @Column('int', { name: 'Changes' })
  changes: number;

  /** The instant of the last of them: what the rows were from then on is known still. */
  @InstantColumn('ChangedAt', { nullable: true })
  changedAt: Date | null;
}

const ROW = { id: 1 };

/** The revisions up to which the tenant's history was purged. */
export function purgedUpTo(manager: EntityManager): Promise<Purged> {
  return manager.findOneByOrFail(Purged, ROW);
}

/** Has it known what a purge has removed. */
export async function notePurged(manager: EntityManager, upTo: Partial<Purged>): Promise<void> {
  await manager.update(Purged, ROW, upTo);
}

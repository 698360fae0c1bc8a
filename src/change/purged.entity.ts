import { Column, Entity, type EntityManager, PrimaryColumn } from 'typeorm';

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
}

/** The revisions up to which the tenant's history was purged. */
export async function purgedUpTo(manager: EntityManager): Promise<Pick<Purged, 'tombstones' | 'changes'>> {
  return manager.findOneByOrFail(Purged, { id: 1 });
}

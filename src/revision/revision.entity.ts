import { Column, Entity, type EntityManager, PrimaryColumn } from 'typeorm';

/** The state of some rows: `revision` counts their writes, `epoch` tells one life of the schema from the next. */
export interface Version {
  revision: number;
  epoch: string;
}

export function isSame(one: Version, other: Version): boolean {
  return one.epoch === other.epoch && one.revision === other.revision;
}

/** Of two versions in one life of the schema; between two lives there is no order. */
export function isNewer(one: Version, other: Version): boolean {
  return one.epoch === other.epoch && one.revision > other.revision;
}

/** The one row that says how often a tenant, or the catalogue, was written to. */
@Entity('Revision')
export class Revision {
  @PrimaryColumn('int', { name: 'Id' })
  id: number;

  /** 0 when nothing was written yet. */
  @Column('int', { name: 'Value' })
  value: number;

  /** Made with the schema: a tenant made anew or restored does not pass for the old one. */
  @Column('varchar', { name: 'Epoch', length: 36 })
  epoch: string;
}

/** The statement that is asked most: no more of it than what it takes. */
export async function readVersion(manager: EntityManager): Promise<Version> {
  const version = await manager
    .createQueryBuilder(Revision, 'Revision')
    .select('Revision.value', 'revision')
    .addSelect('Revision.epoch', 'epoch')
    .where('Revision.id = 1')
    .getRawOne<Version>();
  if (!version) throw new Error('The table Revision lacks its row');
  return version;
}

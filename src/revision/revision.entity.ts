import { Column, Entity, type EntityManager, PrimaryColumn } from 'typeorm';

/** The largest INT of SQL Server. */
export const MAX_REVISION = 2_147_483_647;

/** The state of a schema's rows: `revision` counts their writes, `epoch` names the incarnation of the schema. */
export interface Version {
  revision: number;
  epoch: string;
}

export function isSame(one: Version, other: Version): boolean {
  return one.epoch === other.epoch && one.revision === other.revision;
}

/** Versions of one epoch are ordered by revision; between two epochs there is no order. */
export function isNewer(one: Version, other: Version): boolean {
  return one.epoch === other.epoch && one.revision > other.revision;
}

/** One row that counts the writes to a tenant, or to the catalogue. */
@Entity('Revision')
export class Revision {
  @PrimaryColumn('int', { name: 'Id' })
  id: number;

  /** 0 before the first write. */
  @Column('int', { name: 'Value' })
  value: number;

  /** Made with the schema: a tenant made anew or restored does not pass for the old one. */
  @Column('varchar', { name: 'Epoch', length: 36 })
  epoch: string;
}

const ROW = { id: 1 };

/** Reads the version. It is the most frequent statement, so it selects two columns and builds no entity. */
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

/** Keeps writers out, on other pods too, until the transaction ends: they wait for the row's lock. */
export async function lockRevision(manager: EntityManager): Promise<Version> {
  await manager.increment(Revision, ROW, 'value', 0);
  return readVersion(manager);
}

/**
 * Takes the next revision. Call it first in a write: the row's lock makes writers commit in the order of their
 * revisions.
 */
export async function takeRevision(manager: EntityManager): Promise<Version> {
  await manager.increment(Revision, ROW, 'value', 1);
  return readVersion(manager);
}

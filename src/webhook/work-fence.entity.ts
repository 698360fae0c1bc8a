import { Column, Entity, type EntityManager, LessThanOrEqual, PrimaryColumn } from 'typeorm';

/** One row: the highest token of a lease with which somebody worked on this tenant. */
@Entity('WorkFence')
export class WorkFence {
  @PrimaryColumn('int', { name: 'Id' })
  id: number;

  @Column('int', { name: 'Token' })
  token: number;
}

/** Thrown when another pod holds a newer lease: what this one knows is out of date. */
export class FencedOff extends Error {}

/**
 * Call it first in each transaction of work under a lease. Its lock puts such transactions in order.
 * @throws FencedOff
 */
export async function passFence(manager: EntityManager, token: number): Promise<void> {
  const { affected } = await manager.update(WorkFence, { id: 1, token: LessThanOrEqual(token) }, { token });
  if (affected !== 1) throw new FencedOff('Another pod holds a newer lease on this tenant');
}

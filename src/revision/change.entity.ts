import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../tenancy/instant.column.js';

export type Action = 'create' | 'replace' | 'update' | 'delete';

/** What one write did: a row for every revision, never altered. */
@Entity('Changes')
export class Change {
  /** The revision this write made, from 1 without gaps. */
  @PrimaryColumn('int', { name: 'Revision' })
  revision: number;

  @InstantColumn('At')
  at: Date;

  /** Who did it. */
  @Column('nvarchar', { name: 'Actor', length: 255 })
  actor: string;

  @Column('varchar', { name: 'Action', length: 20 })
  action: Action;

  /** @example "campaign" */
  @Column('varchar', { name: 'Resource', length: 40 })
  resource: string;

  @Column('int', { name: 'ResourceId' })
  resourceId: number;

  /** The resource as it was, null when it was created. */
  @Column('simple-json', { name: 'Before', nullable: true })
  before: object | null;

  /** The resource as it became, null when it was deleted. */
  @Column('simple-json', { name: 'After', nullable: true })
  after: object | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ChangedRow } from '../change/effects.js';
import { InstantColumn } from '../database/instant-column.js';
import type { Status } from './content.js';
import { TAGS_COLUMN } from './tags-column.js';

/**
 * A deleted row. It has left its table, since the release before shows whatever is there, and is kept here until it is
 * restored or purged. The columns are those by which pages sort and filter; `row` is all of it.
 */
@Entity('Tombstones')
export class Tombstone {
  /** The name of its kind in the changes. */
  @PrimaryColumn('varchar', { name: 'Resource', length: 40 })
  resource: string;

  @PrimaryColumn('int', { name: 'ResourceId' })
  id: number;

  /** The revision that deleted it. */
  @Column('int', { name: 'Revision' })
  revision: number;

  @InstantColumn('DeletedOn')
  deletedOn: Date;

  /** The campaign of an event. */
  @Column('int', { name: 'CampaignEventId', nullable: true })
  campaignEventId: number | null;

  @Column('nvarchar', { name: 'Name', length: 500 })
  name: string;

  @InstantColumn('StartDate')
  startDate: Date;

  @InstantColumn('EndDate')
  endDate: Date;

  @Column('varchar', { name: 'Status', length: 10 })
  status: Status;

  @InstantColumn('VisibleFrom', { nullable: true })
  visibleFrom: Date | null;

  @Column('varchar', TAGS_COLUMN)
  tags: string[];

  /** The row as answers have it. */
  @Column('simple-json', { name: 'Row' })
  row: ChangedRow;
}

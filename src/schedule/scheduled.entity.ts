import { ApiHideProperty, ApiProperty } from '@nestjs/swagger';
import { Column, PrimaryGeneratedColumn } from 'typeorm';
import { IsName } from '../http/name.js';
import { InstantColumn } from '../database/instant-column.js';

/** What campaigns and events have in common: a name and a period. */
export class Scheduled {
  /** Counted from 0 within the shopping centre. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  @PrimaryGeneratedColumn({ name: 'Id' })
  id: number;

  /** 1-500 characters after trimming, as UTF-16 counts them (an emoji is two), without control characters. */
  @IsName('Black Friday')
  @Column('nvarchar', { name: 'Name', length: 500 })
  name: string;

  /** The first instant at which it is live, UTC. */
  @ApiProperty({ format: 'date-time', example: '2026-11-26T23:00:00.000Z' })
  @InstantColumn('StartDate')
  startDate: Date;

  /** The last instant at which it is live, UTC. */
  @ApiProperty({ format: 'date-time', example: '2026-11-30T22:59:59.000Z' })
  @InstantColumn('EndDate')
  endDate: Date;

  @ApiProperty({ format: 'date-time', example: '2026-10-01T08:00:00.000Z' })
  @InstantColumn('CreatedOn')
  createdOn: Date;

  @ApiProperty({ format: 'date-time', example: '2026-10-01T08:00:00.000Z' })
  @InstantColumn('UpdatedOn')
  updatedOn: Date;

  /** The tenant's revision that last wrote this row; its entity tag on the wire. */
  @ApiHideProperty()
  @Column('int', { name: 'Revision' })
  revision: number;

  /** What the wire carries of it. */
  toJSON(): object {
    const { id, name, startDate, endDate, createdOn, updatedOn } = this;
    return { id, name, startDate, endDate, createdOn, updatedOn };
  }
}

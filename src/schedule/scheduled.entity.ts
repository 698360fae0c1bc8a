import { ApiHideProperty, ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { Matches } from 'class-validator';
import { Column, PrimaryGeneratedColumn } from 'typeorm';
import { InstantColumn } from '../tenancy/instant.column.js';

/** What campaigns and events have in common: a name and a period. */
export class Scheduled {
  /** Counted from 0 within the shopping centre. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  @PrimaryGeneratedColumn({ name: 'Id' })
  id: number;

  /** 1-500 characters after trimming, as UTF-16 counts them (an emoji is two), without control characters. */
  @ApiProperty({ minLength: 1, maxLength: 500, example: 'Black Friday' })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @Matches(/^[^\p{Cc}\p{Cs}]*$/u, { message: 'must be text without control characters' })
  // Without the flag u the expression counts as NVARCHAR(500) does; class-validator's Length would not.
  @Matches(/^[^]{1,500}$/, { message: 'must be 1 to 500 characters long (an emoji counts as two)' })
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

import { ApiHideProperty } from '@nestjs/swagger';
import { Column, PrimaryGeneratedColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column.js';
import { Field, toWire } from '../field/field.js';
import { nameField } from '../http/name.js';
import { dateField, NotBeforeStart } from './request-instant.decorator.js';

/** The common part of campaigns and events: a name and a period. */
export class Scheduled {
  /** Counted from 0 within the shopping centre. */
  @Field({ api: { type: 'integer', minimum: 0, example: 0 } })
  @PrimaryGeneratedColumn({ name: 'Id' })
  id: number;

  /** 1-500 characters after trimming, as UTF-16 counts them (an emoji is two), without control characters. */
  @Field(nameField('Black Friday'))
  @Column('nvarchar', { name: 'Name', length: 500 })
  name: string;

  /** The first instant at which it is live, UTC. */
  @Field(dateField({ answer: '2026-11-26T23:00:00.000Z', request: '2030/11/22 00:00' }))
  @InstantColumn('StartDate')
  startDate: Date;

  /** The last instant at which it is live, UTC. */
  @Field(dateField({ answer: '2026-11-30T22:59:59.999Z', request: '2030/12/01 23:59', edge: 'end' }, NotBeforeStart()))
  @InstantColumn('EndDate')
  endDate: Date;

  @Field({ api: { format: 'date-time', example: '2026-10-01T08:00:00.000Z' } })
  @InstantColumn('CreatedOn')
  createdOn: Date;

  @Field({ api: { format: 'date-time', example: '2026-10-01T08:00:00.000Z' } })
  @InstantColumn('UpdatedOn')
  updatedOn: Date;

  /** The tenant's revision that last wrote this row; its entity tag on the wire. */
  @ApiHideProperty()
  @Column('int', { name: 'Revision' })
  revision: number;

  toJSON(): object {
    return toWire(this);
  }
}

/** The fields that the service sets by itself. */
type MadeHere = 'id' | 'createdOn' | 'updatedOn' | 'revision' | 'toJSON';

/** The fields of a row as a caller gives them: those with a default may be left out. */
export type Given<T extends Scheduled> = Pick<T, 'name' | 'startDate' | 'endDate'> & Partial<Omit<T, MadeHere>>;

import { ApiHideProperty } from '@nestjs/swagger';
import { Column, PrimaryGeneratedColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column.js';
import { Field, type FieldDeclaration, toWire } from '../field/field.js';
import { nameField } from '../http/name.js';
import { type Status, statusField, tagsField, textField, urlField } from './content.js';
import { dateField, NotBeforeStart } from './request-instant.decorator.js';
import { TAGS_COLUMN } from './tags-column.js';
import { MAX_DESCRIPTION_LENGTH, MAX_LOCATION_LENGTH, type Translations, translationsField } from './translations.js';

/** The common part of campaigns and events: a name, a period, what is shown of it, and to whom. */
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

  /** A draft is seen by editors only. A cancelled row is seen, and is never live. */
  @Field(statusField())
  @Column('varchar', { name: 'Status', length: 10 })
  status: Status;

  /** The instant from which the public sees it, UTC; null: as soon as it is published. */
  @Field(visibleFromField())
  @InstantColumn('VisibleFrom', { nullable: true })
  visibleFrom: Date | null;

  /** Plain text, with line breaks. */
  @Field(textField(MAX_DESCRIPTION_LENGTH, 'Up to 40 % off in more than sixty shops.', { lines: true }))
  @Column('nvarchar', { name: 'Description', nullable: true })
  description: string | null;

  /** The address of a picture. */
  @Field(urlField('https://images.example.com/black-friday.jpg'))
  @Column('nvarchar', { name: 'ImageUrl', length: 2_048, nullable: true })
  imageUrl: string | null;

  /** The address of a page with more about it. */
  @Field(urlField('https://www.example.com/black-friday'))
  @Column('nvarchar', { name: 'LinkUrl', length: 2_048, nullable: true })
  linkUrl: string | null;

  /** The place within the shopping centre. */
  @Field(textField(MAX_LOCATION_LENGTH, 'Level 1, main square'))
  @Column('nvarchar', { name: 'Location', length: MAX_LOCATION_LENGTH, nullable: true })
  location: string | null;

  /** Words to filter by. */
  @Field(tagsField())
  @Column('varchar', TAGS_COLUMN)
  tags: string[];

  /** Texts in other languages, by BCP 47 tag in its canonical form. */
  @Field(translationsField())
  @Column('simple-json', { name: 'Translations' })
  translations: Translations;

  /** The tenant's revision that last wrote this row. */
  @ApiHideProperty()
  @Column('int', { name: 'Revision' })
  revision: number;

  toJSON(): object {
    return toWire(this);
  }
}

function visibleFromField(): FieldDeclaration {
  const [answer, request] = ['2026-11-20T08:00:00.000Z', '2030/11/15 08:00:00'];
  const { input: { rules = [], api = {} } = {} } = dateField({ answer, request });
  return {
    api: { type: String, format: 'date-time', nullable: true, example: answer },
    input: {
      rules,
      api: { type: String, nullable: true, example: request, description: api.description ?? '' },
      default: null,
    },
  };
}

/** The fields that the service sets by itself. */
type MadeHere = 'id' | 'createdOn' | 'updatedOn' | 'revision' | 'toJSON';

/** The fields of a row as a caller gives them: those with a default may be left out. */
export type Given<T extends Scheduled> = Pick<T, 'name' | 'startDate' | 'endDate'> & Partial<Omit<T, MadeHere>>;

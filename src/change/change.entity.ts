import { ApiProperty } from '@nestjs/swagger';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { RESOURCE_NAME } from '../openapi/document.js';
import { InstantColumn } from '../database/instant-column.js';

const ACTIONS = ['create', 'replace', 'update', 'delete', 'restore', 'undo', 'import', 'rollout'] as const;
export type Action = (typeof ACTIONS)[number];

const CAMPAIGN = {
  id: 0,
  name: 'Black Friday',
  startDate: '2026-11-26T23:00:00.000Z',
  endDate: '2026-11-30T22:59:59.000Z',
  createdOn: '2026-10-01T08:00:00.000Z',
  updatedOn: '2026-10-01T08:00:00.000Z',
};

const ANY_ROW = { type: 'object', additionalProperties: true };
const TELLINGS = [ANY_ROW, { type: 'array', items: ANY_ROW }, { type: 'null' }];

/** The effect of one write: a row for every revision, never altered. */
@Entity('Changes')
export class Change {
  /** The revision this write made, from 1 without gaps. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  @PrimaryColumn('int', { name: 'Revision' })
  revision: number;

  @ApiProperty({ format: 'date-time', example: '2026-10-01T08:00:00.000Z' })
  @InstantColumn('At')
  at: Date;

  /**
   * The subject of the token it was done with.
   * @example "mary@riverside.example"
   */
  @Column('nvarchar', { name: 'Actor', length: 255 })
  actor: string;

  /**
   * The name in that token, where CHANGES_PEOPLE=true kept it.
   * @example "Mary Ellis"
   */
  @Column('nvarchar', { name: 'ActorName', length: 255, nullable: true })
  actorName?: string | null;

  /**
   * The e-mail address in that token, where CHANGES_PEOPLE=true kept it.
   * @example "mary@riverside.example"
   */
  @Column('nvarchar', { name: 'ActorEmail', length: 320, nullable: true })
  actorEmail?: string | null;

  @ApiProperty({ enum: ACTIONS, example: 'create' })
  @Column('varchar', { name: 'Action', length: 20 })
  action: Action;

  /** The kind of the row that was changed. */
  @ApiProperty({ ...RESOURCE_NAME, example: 'campaign' })
  @Column('varchar', { name: 'Resource', length: 40 })
  resource: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  @Column('int', { name: 'ResourceId' })
  resourceId: number;

  /** The resource as it was, null when it was created; of an import the rows, each with its `resource`. */
  @ApiProperty({ oneOf: TELLINGS, example: null })
  @Column('simple-json', { name: 'Before', nullable: true })
  before: object | null;

  /** The resource as it became, null when it was deleted; of an import the rows, each with its `resource`. */
  @ApiProperty({ oneOf: TELLINGS, example: CAMPAIGN })
  @Column('simple-json', { name: 'After', nullable: true })
  after: object | null;

  /**
   * The change that this one took back, of action `undo`
   * @example 7
   */
  @ApiProperty({ type: 'integer', minimum: 1, required: false })
  @Column('int', { name: 'Undoes', nullable: true })
  undoes?: number | null;

  /** Without the person, where none was kept, and without `undoes`, where nothing was taken back. */
  toJSON(): object {
    const { actorName, actorEmail, undoes, ...change } = this;
    const person = { ...(actorName && { actorName }), ...(actorEmail && { actorEmail }) };
    return { ...change, ...person, ...(undoes && { undoes }) };
  }
}

import { ApiHideProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsBoolean, IsIn, IsString, Length } from 'class-validator';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column.js';
import type { Arrival } from '../tenancy/feature.js';
import { Field, toWire } from '../field/field.js';
import { TYPES } from './message.js';

const MAX_URL_LENGTH = 2_048;
const CHOICES = [...TYPES, '*'];

/** An address that is told of what happens in a shopping centre. */
@Entity('Webhooks')
export class Webhook {
  /** Counted from 0 within the shopping centre. */
  @Field({ api: { type: 'integer', minimum: 0, example: 0 } })
  @PrimaryGeneratedColumn({ name: 'Id' })
  id: number;

  /** The address that gets the messages: https on port 443 or 8443, at a public address. */
  @Field({
    api: { minLength: 1, maxLength: MAX_URL_LENGTH, example: 'https://hooks.example.com/atrium' },
    input: {
      in: ['create', 'update'],
      rules: [
        Length(1, MAX_URL_LENGTH, { message: `must be 1 to ${MAX_URL_LENGTH} characters long` }),
        IsString({ message: ({ value }) => (value === undefined ? 'is missing' : 'must be text') }),
      ],
    },
  })
  @Column('nvarchar', { name: 'Url', length: MAX_URL_LENGTH })
  url: string;

  /** The messages it gets; `*` stands for all. */
  @Field({
    api: {
      type: 'array',
      items: { type: 'string', enum: CHOICES },
      minItems: 1,
      maxItems: CHOICES.length,
      uniqueItems: true,
      example: ['campaign.started', 'campaign.ended'],
    },
    input: {
      in: ['create', 'update'],
      rules: [
        IsIn(CHOICES, { each: true, message: `must hold some of ${CHOICES.join(', ')}` }),
        ArrayUnique({ message: 'must have each type once' }),
        ArrayMaxSize(CHOICES.length, { message: 'must have each type once' }),
        ArrayMinSize(1, { message: 'must have at least one type' }),
        IsArray({ message: 'must be an array' }),
      ],
      default: ['*'],
    },
  })
  @Column('varchar', {
    name: 'Types',
    length: 1_000,
    transformer: {
      to: (types?: string[]) => types && JSON.stringify(types),
      from: (text: string) => JSON.parse(text) as string[],
    },
  })
  types: string[];

  /** Whether it gets messages. It is switched off when it answers 410, and when it fails for three days. */
  @Field({
    api: { type: Boolean, example: true },
    input: { in: ['create', 'update'], rules: [IsBoolean({ message: 'must be true or false' })], default: true },
  })
  @Column('varchar', {
    name: 'Active',
    length: 5,
    transformer: {
      to: (active?: boolean) => (active === undefined ? undefined : String(active)),
      from: (text: string) => text === 'true',
    },
  })
  active: boolean;

  @Field({ api: { format: 'date-time', example: '2026-10-01T08:00:00.000Z' } })
  @InstantColumn('CreatedOn')
  createdOn: Date;

  /** Encrypted; null: it has none, since it came with an import. */
  @ApiHideProperty()
  @Column('varchar', { name: 'Secret', length: 400, nullable: true })
  secret: string | null;

  /** The secret before the last rotation, encrypted. */
  @ApiHideProperty()
  @Column('varchar', { name: 'PreviousSecret', length: 400, nullable: true })
  previousSecret: string | null;

  /** Messages are signed with both secrets up to this instant; null: the secret was never rotated. */
  @ApiHideProperty()
  @InstantColumn('PreviousUntil', { nullable: true })
  previousUntil: Date | null;

  /** Changes up to this revision are told. */
  @ApiHideProperty()
  @Column('int', { name: 'CursorRevision' })
  cursorRevision: number;

  /** Boundaries up to this instant are told. */
  @ApiHideProperty()
  @InstantColumn('CursorAt')
  cursorAt: Date;

  /** The first failure since the last success; null: the last attempt succeeded, or there was none. */
  @ApiHideProperty()
  @InstantColumn('FailingSince', { nullable: true })
  failingSince: Date | null;

  /** The tenant's revision that last wrote this row. */
  @ApiHideProperty()
  @Column('int', { name: 'Revision' })
  revision: number;

  toJSON(): object {
    return toWire(this);
  }
}

/**
 * A webhook of an export has no secret, so it tells nothing until somebody gives it one and switches it on. Then it tells
 * of what comes from there on.
 */
export function arriving({ revision, at }: Arrival): Partial<Webhook> {
  const noSecret = { active: false, secret: null, previousSecret: null, previousUntil: null };
  return { ...noSecret, cursorRevision: revision, cursorAt: at, failingSince: null };
}

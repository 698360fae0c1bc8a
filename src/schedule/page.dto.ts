import { type Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  IsIn,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateBy,
  type ValidationArguments,
} from 'class-validator';
import { PAGE_SIZE, QueryNumber } from '../http/query-number.decorator.js';
import { MAX_TAGS, type Status, STATUSES, TAG } from './content.js';
import { MomentQuery, Without } from './moment.dto.js';
import { RequestInstant } from './request-instant.decorator.js';

const SORTS = ['id', '-id', 'name', '-name', 'startDate', '-startDate', 'endDate', '-endDate'] as const;
export type Sort = (typeof SORTS)[number];

const STATES = ['live', 'upcoming', 'ended'] as const;
export type State = (typeof STATES)[number];

/** The query of a page: filters, order and size. */
export class PageQuery extends MomentQuery {
  /** At most so many */
  @QueryNumber(PAGE_SIZE)
  limit = PAGE_SIZE.default;

  /** The `next` of the page before, with the same sort and filters */
  @ApiProperty({ required: false })
  @IsOptional()
  @IsString({ message: 'takes the next of a page, once' })
  after?: string;

  /** A field, with - for descending */
  @ApiProperty({ enum: SORTS, default: 'id', required: false })
  @IsOptional()
  @IsIn(SORTS, { message: `takes one of ${SORTS.join(', ')}` })
  sort: Sort = 'id';

  /** Only what is live now, comes later, or is over */
  @ApiProperty({ enum: STATES, required: false })
  @IsOptional()
  @IsIn(STATES, { message: `takes one of ${STATES.join(', ')}` })
  state?: State;

  /** Only names that contain this, in capitals or not */
  @ApiProperty({ minLength: 1, maxLength: 500, required: false })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.normalize('NFC') : value))
  @IsString({ message: 'takes text, once' })
  @Matches(/^\P{Cc}*$/u, { message: 'takes text without control characters' })
  @Length(1, 500, { message: 'takes 1 to 500 characters' })
  name?: string;

  @RequestInstant('Only what ends at this date or later; a date as in a body')
  @IsOptional()
  @OfAPeriod('must not be after to')
  from?: Date;

  @RequestInstant('Only what starts at this date or earlier; a date as in a body', 'end')
  @IsOptional()
  @OfAPeriod('must not be before from')
  to?: Date;

  /** Only what has this tag; given several times, all of them */
  @ApiProperty({
    type: 'array',
    items: { type: 'string', pattern: TAG.source },
    maxItems: MAX_TAGS,
    required: false,
    example: ['fashion'],
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    [...new Set([value].flat().map(String))].toSorted((a, b) => (a < b ? -1 : 1)),
  )
  @Matches(TAG, { each: true, message: 'takes tags of 1-40 characters of a-z, 0-9 and "-"' })
  @ArrayMaxSize(MAX_TAGS, { message: `takes at most ${MAX_TAGS} tags` })
  tag?: string[];

  /** Only drafts (for editors), what is published, or what is cancelled */
  @ApiProperty({ enum: STATUSES, required: false })
  @IsOptional()
  @IsIn(STATUSES, { message: `takes one of ${STATUSES.join(', ')}` })
  status?: Status;

  /** For editors: only what was deleted, with `deletedOn`, until it is purged */
  @ApiProperty({ type: Boolean, required: false })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? undefined : value))
  @IsIn([true], { message: 'takes true or false' })
  @Without('at', 'revision')
  deleted?: true;
}

/** Both ends are told of a period that ends before it starts: either may be the wrong one. */
function OfAPeriod(message: string): PropertyDecorator {
  return ValidateBy({
    name: 'ofAPeriod',
    validator: {
      validate: (_, args?: ValidationArguments) => {
        const { from, to } = (args?.object ?? {}) as { from?: unknown; to?: unknown };
        return !(from instanceof Date && to instanceof Date && from > to);
      },
      defaultMessage: () => message,
    },
  });
}

/** A part of a list. */
export interface Page<T> {
  items: T[];
  /** Give it as `after` for the next part; null when this is the last. */
  next: string | null;
}

/** The OpenAPI schema of a page of `item`. */
export function pageOf<T>(item: Type<T>): Type<Page<T>> {
  class PageDocument implements Page<T> {
    @ApiProperty({ type: [item] })
    items: T[];

    @ApiProperty({
      type: String,
      nullable: true,
      example: null,
      description: 'Give it as after; null on the last page',
    })
    next: string | null;
  }
  Object.defineProperty(PageDocument, 'name', { value: `${item.name}Page` });
  return PageDocument;
}

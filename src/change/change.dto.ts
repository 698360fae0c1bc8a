import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { MAX_ID } from '../http/identifier.js';
import { PAGE_SIZE, QueryNumber } from '../http/query-number.decorator.js';
import { RESOURCE_NAME } from '../openapi/document.js';
import { MAX_REVISION } from '../revision/revision.entity.js';
import { Change } from './change.entity.js';

const ORDERS = ['asc', 'desc'] as const;

export class ChangeQuery {
  /** Only changes with a higher revision; with `order=asc` */
  @QueryNumber({ minimum: 0, maximum: MAX_REVISION, default: 0 })
  after?: number;

  /** Only changes with a lower revision; with `order=desc` */
  @QueryNumber({ minimum: 0, maximum: MAX_REVISION })
  before?: number;

  /** Oldest or newest first */
  @ApiProperty({ enum: ORDERS, default: 'asc', required: false })
  @IsOptional()
  @IsIn(ORDERS, { message: `takes one of ${ORDERS.join(', ')}` })
  order?: (typeof ORDERS)[number];

  /** At most so many */
  @QueryNumber(PAGE_SIZE)
  limit = PAGE_SIZE.default;

  /** Only changes of rows of one kind */
  @ApiProperty({ ...RESOURCE_NAME, required: false })
  @IsOptional()
  @IsString({ message: 'takes the name of one kind of row, once' })
  resource?: string;

  /** Only changes of the row with this id; give `resource` along */
  @QueryNumber({ minimum: 0, maximum: MAX_ID })
  resourceId?: number;
}

export class ChangePage {
  @ApiProperty({ type: [Change] })
  items: Change[];

  /** Give it as `after` to go on, as `before` with `order=desc`; null when these were the last. */
  @ApiProperty({ type: 'integer', nullable: true, example: null })
  next: number | null;
}

import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { digits, MAX_ID } from '../http/identifier.js';
import { RESOURCE_NAME } from '../openapi/document.js';
import { Change } from './change.entity.js';

const MAX_REVISION = 2_147_483_647;

const REVISION = `takes a whole number from 0 to ${MAX_REVISION}`;
const LIMIT = 'takes a whole number from 1 to 200';
const RESOURCE_ID = `takes a whole number from 0 to ${MAX_ID}`;

export class ChangeQuery {
  /** Only changes with a higher revision */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: MAX_REVISION, required: false, default: 0 })
  @IsOptional()
  @Transform(digits)
  @IsInt({ message: REVISION })
  @Min(0, { message: REVISION })
  @Max(MAX_REVISION, { message: REVISION })
  after = 0;

  /** At most so many */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 200, required: false, default: 50 })
  @IsOptional()
  @Transform(digits)
  @IsInt({ message: LIMIT })
  @Min(1, { message: LIMIT })
  @Max(200, { message: LIMIT })
  limit = 50;

  /** Only changes of rows of one kind */
  @ApiProperty({ ...RESOURCE_NAME, required: false })
  @IsOptional()
  @IsString({ message: 'takes the name of one kind of row, once' })
  resource?: string;

  /** Only changes of the row with this id; give `resource` along */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: MAX_ID, required: false })
  @IsOptional()
  @Transform(digits)
  @IsInt({ message: RESOURCE_ID })
  @Min(0, { message: RESOURCE_ID })
  @Max(MAX_ID, { message: RESOURCE_ID })
  resourceId?: number;
}

export class ChangePage {
  @ApiProperty({ type: [Change] })
  items: Change[];

  /** Give it as `after` to go on; null when these were the last. */
  @ApiProperty({ type: 'integer', nullable: true, example: null })
  next: number | null;
}

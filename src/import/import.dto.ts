import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { TableLine } from '../problem/problem.dto.js';
import { DATE_ORDERS, type DateOrder } from './date-order.js';

export class ImportQuery {
  /** Only says what would be written, and what is wrong */
  @ApiProperty({ type: Boolean, default: false, required: false })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: 'takes true or false' })
  dryRun = false;

  /** Dates such as 27.11.2026 09:00 (dmy) or 11/27/2026 09:00 (mdy) are read too */
  @ApiProperty({ enum: DATE_ORDERS, required: false })
  @IsOptional()
  @IsIn(DATE_ORDERS, { message: `takes one of ${DATE_ORDERS.join(', ')}` })
  dates?: DateOrder;
}

/** What became of a table, or would. */
export class ImportReport {
  /** Rows that were made. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 1 })
  created: number;

  /** Rows that were changed. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  updated: number;

  /** In the order of the table. */
  @ApiProperty({ type: [TableLine] })
  lines: TableLine[];
}

import { ApiProperty } from '@nestjs/swagger';
import { RESOURCE_NAME } from '../openapi/document.js';

/** The write that took a change back. */
export class Undone {
  /** The revision that it made. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 8 })
  revision: number;

  @ApiProperty({ ...RESOURCE_NAME, example: 'campaign' })
  resource: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  resourceId: number;

  /** The row as it is now, a campaign with the events that were changed with it; null when its creation was undone. */
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true, example: null })
  row: object | null;
}

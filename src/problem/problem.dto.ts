import { ApiProperty } from '@nestjs/swagger';

const LINE_ACTIONS = ['create', 'update'] as const;
export type LineAction = (typeof LINE_ACTIONS)[number];

/** A bad field and what is wrong with it. */
export class FieldErrorDocument {
  /**
   * JSON Pointer to the field
   * @example "#/endDate"
   */
  pointer: string;

  /** @example "must not be before startDate" */
  detail: string;
}

/** A line of a table that was brought in. */
export class TableLine {
  /** The line of the file on which it begins. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 2 })
  line: number;

  /** Whether it makes a row or changes one. */
  @ApiProperty({ enum: LINE_ACTIONS, example: 'create' })
  action: LineAction;

  @ApiProperty({ type: 'integer', minimum: 0, required: false, example: 7, description: 'The id of its row' })
  id?: number;

  @ApiProperty({ type: [FieldErrorDocument], required: false, description: 'What is wrong with it, if anything is' })
  errors?: FieldErrorDocument[];
}

/** RFC 9457 problem details. */
export class ProblemDocument {
  /** @example "urn:atrium:problem:not-found" */
  type: string;

  /** @example "Not Found" */
  title: string;

  @ApiProperty({ type: 'integer', example: 404 })
  status: number;

  /** @example "There is no campaign 7." */
  detail: string;

  /** @example "not-found" */
  code: string;

  /** @example "/campaign-events/7" */
  instance: string;

  /** @example "4f0c2a2e-6a55-4a0e-9a3c-0a1f3c1f0d5e" */
  requestId: string;

  @ApiProperty({ type: [FieldErrorDocument], required: false, description: 'Bad fields, when there are any' })
  errors?: FieldErrorDocument[];

  @ApiProperty({
    type: 'integer',
    required: false,
    example: 4,
    description: 'How many bad fields there are beside those in errors, when there are more',
  })
  moreErrors?: number;

  @ApiProperty({
    type: 'integer',
    required: false,
    example: 12,
    description: 'The revision of the change that stands in the way of an undo',
  })
  revision?: number;

  @ApiProperty({ type: [TableLine], required: false, description: 'Every line of a table of which some are wrong' })
  lines?: TableLine[];
}

import { ApiProperty } from '@nestjs/swagger';

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
}

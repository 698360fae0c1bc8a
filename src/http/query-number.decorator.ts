import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { digits } from './identifier.js';

interface Range {
  minimum: number;
  maximum: number;
  /** The value that the class has for a parameter that was left out, for the documentation. */
  default?: number;
  /** Tells people what the parameter takes. */
  message?: string;
}

/** A parameter of a query: a whole number within a range, in plain digits. It may be left out. */
export function QueryNumber({ message: given, ...range }: Range): PropertyDecorator {
  const { minimum, maximum } = range;
  const message = given ?? `takes a whole number from ${minimum} to ${maximum}`;
  return applyDecorators(
    ApiProperty({ type: 'integer', ...range, required: false }),
    IsOptional(),
    Transform(digits),
    IsInt({ message }),
    Min(minimum, { message }),
    Max(maximum, { message }),
  );
}

/** Sizes of a page of any list. */
export const PAGE_SIZE = { minimum: 1, maximum: 200, default: 50 };

import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDate, ValidateBy, type ValidationArguments } from 'class-validator';
import type { FieldDeclaration } from '../field/field.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import { FIRST_YEAR, LAST_YEAR, parseInstant } from './local-time.js';

const FORMS =
  'ISO 8601 with an offset or Z, or local time at the shopping centre as yyyy/MM/dd HH:mm:ss or ISO 8601 without an offset';

const MESSAGE =
  `must be a date that exists, in ${FIRST_YEAR} to ${LAST_YEAR}, as ${FORMS}; ` +
  'such as 2026-11-27T00:00:00+01:00 or 2026/11/27 00:00:00';

/** A date of a row: a UTC instant in answers, any form of a date in requests. */
export function dateField(
  example: { answer: string; request: string },
  ...rules: PropertyDecorator[]
): FieldDeclaration {
  return {
    api: { format: 'date-time', example: example.answer },
    input: { rules: [...dateRules(), ...rules], api: { type: String, example: example.request, description: FORMS } },
  };
}

/** A date in a query: it becomes the instant it means at the shopping centre that asks. */
export function RequestInstant(description: string): PropertyDecorator {
  return applyDecorators(ApiProperty({ type: String, required: false, description }), ...dateRules());
}

/** Refuses an end before its start. Where a request gives one of the two alone, the service compares. */
export function NotBeforeStart(): PropertyDecorator {
  return ValidateBy({
    name: 'notBeforeStart',
    validator: {
      validate: (end: unknown, args?: ValidationArguments) => {
        const { startDate } = (args?.object ?? {}) as { startDate?: unknown };
        return !(end instanceof Date && startDate instanceof Date && end < startDate);
      },
      defaultMessage: () => 'must not be before startDate',
    },
  });
}

function dateRules(): PropertyDecorator[] {
  return [
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (parseInstant(value, currentTenant().timeZone) ?? value) : value,
    ),
    IsDate({ message: MESSAGE }),
  ];
}

import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDate, ValidateBy, type ValidationArguments } from 'class-validator';
import type { FieldDeclaration } from '../field/field.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import { dateFault } from './date-fault.js';
import { type Edge, parseInstant } from './local-time.js';

const FORMS =
  'Local time at the shopping centre as yyyy/MM/dd HH:mm:ss or ISO 8601 without an offset, or ISO 8601 with an offset or Z';

const WITHOUT_SECONDS: Record<Edge, string> = {
  start: 'Without seconds it is the first instant of the minute',
  end: 'Without seconds it is the last instant of the minute: 23:59 is the end of the day',
};

/** A date of a row: a UTC instant in answers, any form of a date in requests. */
export function dateField(
  { answer, request, edge = 'start' }: { answer: string; request: string; edge?: Edge },
  ...rules: PropertyDecorator[]
): FieldDeclaration {
  const description = `${FORMS}. ${WITHOUT_SECONDS[edge]}`;
  return {
    api: { format: 'date-time', example: answer },
    input: { rules: [...dateRules(edge), ...rules], api: { type: String, example: request, description } },
  };
}

/** A date in a query: it becomes the instant it means at the shopping centre that asks. */
export function RequestInstant(description: string, edge: Edge = 'start'): PropertyDecorator {
  return applyDecorators(ApiProperty({ type: String, required: false, description }), ...dateRules(edge));
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

function dateRules(edge: Edge): PropertyDecorator[] {
  return [
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (parseInstant(value, currentTenant().timeZone, edge) ?? value) : value,
    ),
    IsDate({ message: ({ value }) => dateFault(value) }),
  ];
}

import { applyDecorators } from '@nestjs/common';
import { ApiProperty, PickType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDate, ValidateBy, type ValidationArguments } from 'class-validator';
import { currentTenant } from '../tenancy/tenant-context.js';
import { FIRST_YEAR, LAST_YEAR, parseInstant } from './local-time.js';
import { Scheduled } from './scheduled.entity.js';

const FORMS =
  'ISO 8601 with an offset or Z, or local time at the shopping centre as yyyy/MM/dd HH:mm:ss or ISO 8601 without an offset';

const MESSAGE =
  `must be a date that exists, in ${FIRST_YEAR} to ${LAST_YEAR}, as ${FORMS}; ` +
  'such as 2026-11-27T00:00:00+01:00 or 2026/11/27 00:00:00';

/** What is given of a campaign or an event. */
export class ScheduledInput extends PickType(Scheduled, ['name']) {
  @RequestInstant({ example: '2030/11/22 00:00:00' })
  startDate: Date;

  @RequestInstant({ example: '2030/12/01 23:59:59' })
  @NotBeforeStart()
  endDate: Date;
}

/** A date in a request becomes the instant it means at the shopping centre that asks. */
export function RequestInstant({
  example,
  description,
}: {
  example?: string;
  description?: string;
}): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, example, required: description === undefined, description: description ?? FORMS }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (parseInstant(value, currentTenant().timeZone) ?? value) : value,
    ),
    IsDate({ message: MESSAGE }),
  );
}

/** For a date that is given together with its start; where one of the two stays as it was, the service compares. */
function NotBeforeStart(): PropertyDecorator {
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

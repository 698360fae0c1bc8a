import { IsOptional, ValidateBy, type ValidationArguments } from 'class-validator';
import { QueryNumber } from '../http/query-number.decorator.js';
import { MAX_REVISION } from '../revision/revision.entity.js';
import { RequestInstant } from './request-instant.decorator.js';

/** The moment to look at, in a query; the present unless one of the two is given. */
export class MomentQuery {
  @RequestInstant('For editors: the instant to look at instead of now, ahead or back; a date as in a body')
  @IsOptional()
  @Without('revision')
  at?: Date;

  /** For editors: the revision to look back at, at the instant at which it was made */
  @QueryNumber({ minimum: 1, maximum: MAX_REVISION })
  @Without('at')
  revision?: number;
}

/** Refuses parameters together, of which either may be the one that was meant. */
export function Without(...others: readonly (keyof MomentQuery)[]): PropertyDecorator {
  return ValidateBy({
    name: 'without',
    validator: {
      validate: (_, args?: ValidationArguments) => {
        const given = (args?.object ?? {}) as MomentQuery;
        return others.every((other) => given[other] === undefined);
      },
      defaultMessage: () => `goes without ${others.join(' and ')}: give one of them`,
    },
  });
}

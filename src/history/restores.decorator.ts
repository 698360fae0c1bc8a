import { applyDecorators } from '@nestjs/common';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { ApiProblem } from '../problem/api-problem.js';
import { BAD_FIELDS, ReadsRow, TakesQuery } from '../representation/routes.js';

/** For a POST that brings a deleted row back. */
export const Restores = (...codes: string[]) =>
  applyDecorators(
    Idempotent(),
    ReadsRow(),
    TakesQuery(),
    ApiProblem(409, 'The row is not deleted, or its campaign is', 'not-deleted', ...codes),
    ApiProblem(422, BAD_FIELDS, 'events-outside'),
  );

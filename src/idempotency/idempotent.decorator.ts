import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { ApiProblem } from '../problem/api-problem.js';
import { BAD_FIELDS, BAD_REQUEST } from '../representation/routes.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

/** For a POST that takes an Idempotency-Key, and may be repeated with it. */
export const Idempotent = () =>
  applyDecorators(
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Optional, for programs. A name for this change, such as a UUID: sent again within 24 hours, it is answered and not done again',
      schema: { type: 'string', pattern: '^[!-~]{1,255}$' },
    }),
    ApiProblem(400, BAD_REQUEST, 'idempotency-key-malformed'),
    ApiProblem(
      409,
      'The same change is being made just now; send it again for its answer',
      'idempotency-key-in-flight',
    ),
    ApiProblem(422, BAD_FIELDS, 'idempotency-key-reused'),
  );

import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { ApiBearerAuth, ApiConsumes, ApiHeader, ApiParam, ApiResponse, ApiSecurity } from '@nestjs/swagger';
import { MAX_ID } from './identifier.js';
import { RepresentationInterceptor } from './representation.interceptor.js';

/** Routes that work on one shopping centre's rows: they need its header and may be refused because of it. */
export const TenantRoutes = () =>
  applyDecorators(
    UseInterceptors(RepresentationInterceptor),
    ApiSecurity('tenant'),
    problem(400, 'The tenant header is missing or malformed, or an id, a query parameter or a cursor is'),
    problem(403, 'The shopping centre is suspended'),
    problem(404, 'There is no such shopping centre'),
    problem(503, 'The rows cannot be reached just now; Retry-After says when to try again'),
  );

export const ReadsRow = () =>
  applyDecorators(
    // The example is the schema's: as the parameter's own, Nest would drop a 0.
    ApiParam({ name: 'id', schema: { type: 'integer', minimum: 0, maximum: MAX_ID, example: 0 } }),
    problem(404, 'There is no such shopping centre or row'),
  );

export const CreatesRow = () => applyDecorators(ApiBearerAuth('token'), ...bodyProblems());

export const ChangesRow = () =>
  applyDecorators(
    ApiBearerAuth('token'),
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'The ETag you read: refuses to overwrite a change you have not seen',
    }),
    ReadsRow(),
    problem(412, 'The row was changed since it was read'),
  );

/** A change with a body: all of the row, or a JSON Merge Patch (RFC 7396). */
export const TakesBody = (...mediaTypes: string[]) =>
  applyDecorators(...(mediaTypes.length > 0 ? [ApiConsumes(...mediaTypes)] : []), ...bodyProblems());

function bodyProblems() {
  return [
    problem(413, 'The body is larger than 64 KiB'),
    problem(415, 'The body is not JSON'),
    problem(422, 'Fields are wrong; errors names each'),
  ];
}

function problem(status: number, description: string) {
  return ApiResponse({
    status,
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDocument' } } },
  });
}

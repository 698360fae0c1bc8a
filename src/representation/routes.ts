import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { ApiConsumes, ApiHeader, ApiParam } from '@nestjs/swagger';
import { ApiProblem } from '../problem/api-problem.js';
import { MAX_ID } from '../http/identifier.js';
import { OwnQuery } from '../http/query.interceptor.js';
import { RepresentationInterceptor } from './representation.interceptor.js';

export const BAD_REQUEST =
  'The header of the shopping centre, an id, a parameter or the JSON of the body cannot be read';
export const BAD_FIELDS = 'Fields are wrong; errors names each';

/** Routes on one shopping centre's rows: they need its header, and may be refused because of it. */
export const TenantRoutes = () =>
  applyDecorators(
    UseInterceptors(RepresentationInterceptor),
    ApiProblem(400, BAD_REQUEST, 'tenant-required', 'tenant-malformed', 'query-invalid'),
    ApiProblem(403, 'The shopping centre is suspended', 'tenant-suspended'),
    ApiProblem(404, 'There is no such shopping centre', 'tenant-unknown'),
    ApiProblem(429, 'The shopping centre asks too often; Retry-After says when to try again', 'rate-limited'),
    ApiProblem(
      503,
      'The rows cannot be reached just now; Retry-After says when to try again',
      'database-unavailable',
      'tenant-unavailable',
    ),
  );

export const ReadsRow = () =>
  applyDecorators(
    // The example is in the schema: in the parameter, Nest would drop a 0.
    ApiParam({
      name: 'id',
      description: 'As the lists show it',
      schema: { type: 'integer', minimum: 0, maximum: MAX_ID, example: 0 },
    }),
    ApiProblem(400, BAD_REQUEST, 'id-malformed'),
    ApiProblem(404, 'There is no such shopping centre or row', 'not-found'),
  );

export const ChangesRow = () =>
  applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'Optional. The ETag you read: refuses to overwrite a change you have not seen',
    }),
    ReadsRow(),
    ApiProblem(412, 'The row was changed since it was read, or If-None-Match excludes it', 'stale'),
  );

/** Lists with filters; `next` leads to the next page. */
export const TakesQuery = (...codes: string[]) => applyDecorators(OwnQuery(), ApiProblem(400, BAD_REQUEST, ...codes));

/** Reads that take `at` or `revision`, from editors. */
export const TakesMoment = () =>
  applyDecorators(
    OwnQuery(),
    ApiProblem(400, BAD_REQUEST, 'at-too-early', 'too-many-changes'),
    ApiProblem(403, 'Only editors look ahead and back', 'role-required'),
    ApiProblem(404, 'There is no such shopping centre or revision', 'not-found'),
    ApiProblem(410, 'The changes since that moment were purged', 'purged'),
  );

/** Changes with a body: the whole row, or a JSON Merge Patch (RFC 7396). */
export const TakesBody = (...mediaTypes: string[]) =>
  applyDecorators(...(mediaTypes.length > 0 ? [ApiConsumes(...mediaTypes)] : []), ...bodyProblems());

function bodyProblems() {
  return [
    ApiProblem(400, BAD_REQUEST, 'bad-request'),
    ApiProblem(413, 'The body is larger than 256 KiB', 'body-too-large'),
    ApiProblem(415, 'The body is not JSON', 'media-type-unsupported'),
    ApiProblem(422, BAD_FIELDS, 'fields-invalid'),
  ];
}

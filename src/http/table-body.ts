import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problem/problem.js';
import { decodeUtf8, requireUtf8AsIs, unsupported } from './json-body.js';

/** Bytes. */
const TABLE_LIMIT = 1024 * 1024;

const CONFIG = { takesTable: true };

/** For a route whose body is a table, as text/csv (RFC 4180). */
export const TakesTable = () => RouteConfig(CONFIG);

/** Parameter decorator: the text of the table. */
export const Table = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  if (typeof body === 'string') return body;
  if (body === undefined) throw new Problem(400, 'bad-request', 'The body is empty: send a table.');
  throw unsupported('A table is sent as text/csv.');
});

/** Accepts bodies in CSV on the routes that take a table, and on no other. */
export function acceptTables(fastify: FastifyInstance): void {
  fastify.addContentTypeParser<Buffer>(
    'text/csv',
    { parseAs: 'buffer', bodyLimit: TABLE_LIMIT },
    (request, bytes, done) => done(null, read(request, bytes)),
  );
}

/** @throws Problem 415 where tables are not taken, or unless it is sent as UTF-8; 422 when it is not */
function read(request: FastifyRequest, bytes: Buffer): string | undefined {
  const { takesTable } = request.routeOptions.config as Partial<typeof CONFIG>;
  if (!takesTable) throw unsupported('JSON is taken here: send application/json.');
  if (bytes.length === 0) return undefined;
  requireUtf8AsIs(request);
  const text = decodeUtf8(bytes);
  if (text !== undefined) return text;
  throw new Problem(422, 'fields-invalid', 'The table is not in UTF-8: save it as "CSV UTF-8".');
}

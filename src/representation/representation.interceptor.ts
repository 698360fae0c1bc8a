import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { subjectOf } from '../http/subject.js';
import { PRIVATE } from './cache-control.js';
import { sendNotModified } from './not-modified.js';
import { codingFor } from './content-coding.js';
import { knownTag } from './precondition.js';
import { Representation } from './representation.js';

/** Sends the headers of a representation, and its body, or 304 when the caller has it already. */
@Injectable()
export class RepresentationInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    return next
      .handle()
      .pipe(
        map((result: unknown) =>
          result instanceof Representation
            ? send(result, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>())
            : result,
        ),
      );
  }
}

function send({ body, etag, options }: Representation<unknown>, request: FastifyRequest, reply: FastifyReply): unknown {
  const { cacheControl, origin, location, revision, variantIn } = options;
  // An answer to a token is never compressed: its length would tell of what is in it (BREACH).
  const isPublic = subjectOf(request) === undefined && cacheControl !== PRIVATE;
  const variant = isPublic ? variantIn?.(codingFor(request.headers['accept-encoding'])) : undefined;
  const sentTag = variant?.etag ?? etag;
  const known = cacheControl === undefined ? undefined : knownTag(request.headers['if-none-match'], etag, sentTag);
  reply.header('etag', known ?? sentTag);
  if (cacheControl !== undefined) reply.header('cache-control', cacheControl);
  if (origin !== undefined) reply.header('x-cache', origin);
  if (revision !== undefined) reply.header('x-revision', revision);
  if (location !== undefined) reply.header('location', location);
  if (known !== undefined) {
    sendNotModified(reply);
    return undefined;
  }
  if (Buffer.isBuffer(body)) reply.header('content-type', 'application/json; charset=utf-8');
  if (variant?.coding) reply.header('content-encoding', variant.coding);
  return variant?.bytes ?? body;
}

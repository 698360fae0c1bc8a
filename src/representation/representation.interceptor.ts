import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { sendNotModified } from './not-modified.js';
import { isKnown } from './precondition.js';
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
  const { cacheControl, origin, location } = options;
  reply.header('etag', etag);
  if (cacheControl !== undefined) reply.header('cache-control', cacheControl);
  if (origin !== undefined) reply.header('x-cache', origin);
  if (location !== undefined) reply.header('location', location);
  if (cacheControl !== undefined && isKnown(request.headers['if-none-match'], etag)) {
    sendNotModified(reply);
    return undefined;
  }
  if (Buffer.isBuffer(body)) reply.header('content-type', 'application/json; charset=utf-8');
  return body;
}

import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { currentCaller } from '../tenancy/tenant.context.js';
import { isKnown } from './precondition.js';
import { Representation } from './representation.js';

/** Sends a representation: its headers, and 304 without a body to a caller who has it already. */
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
  reply.header('etag', etag);
  if (options.location !== undefined) reply.header('location', options.location);
  if (request.method !== 'GET' && request.method !== 'HEAD') return body;
  // What was given on a token is for its holder, whatever lies on the way.
  const isPublic = currentCaller().actor === undefined;
  reply.header('cache-control', isPublic ? `public, max-age=${options.maxAgeSeconds ?? 0}` : 'private, no-store');
  if (!isKnown(request.headers['if-none-match'], etag)) return body;
  reply.status(304);
  return undefined;
}

import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { refuseParameters } from './input.pipe.js';

const OWN_QUERY = 'atrium:own-query';

/** For a route or controller that has query parameters, or ignores them. All other routes refuse them. */
export const OwnQuery = () => SetMetadata(OWN_QUERY, true);

/** Refuses query parameters on routes that have none: ignoring them would give another answer than was asked for. */
@Injectable()
export class QueryInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  /** @throws Problem 400 naming every parameter */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const takesQuery = this.reflector.getAllAndOverride<true | undefined>(OWN_QUERY, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!takesQuery) refuseParameters(context.switchToHttp().getRequest<FastifyRequest>().query as object);
    return next.handle();
  }
}

import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { accessOf } from '../auth/access.js';
import { refuseParameters } from './input.pipe.js';

const OWN_QUERY = 'atrium:own-query';

/** A route that has parameters, told by the class of its `@Query()`; all others are refused any. */
export const OwnQuery = () => SetMetadata(OWN_QUERY, true);

/**
 * A parameter that is passed over gives another answer than was asked for, and nobody notices. Only what is for anyone
 * takes what it does not know: probes and scrapers may be told to send more than it takes.
 */
@Injectable()
export class QueryInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  /** @throws Problem 400 naming every parameter */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const handler = context.getHandler();
    const isOpen = accessOf(this.reflector, handler, context.getClass()) === 'public';
    if (!isOpen && !this.reflector.get<boolean | undefined>(OWN_QUERY, handler))
      refuseParameters(context.switchToHttp().getRequest<FastifyRequest>().query as object);
    return next.handle();
  }
}

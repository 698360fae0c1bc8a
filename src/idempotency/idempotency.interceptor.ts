import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Problem } from '../problem/problem.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import { AlreadyDone, IdempotentRequest } from './idempotent-request.js';

/** 1-255 visible characters of ASCII. Node joins repeated headers with ", ", so the space refuses those. */
const KEY = /^[!-~]{1,255}$/;

/**
 * Makes a POST repeatable (draft-ietf-httpapi-idempotency-key-header): with the same key and body it is done once and
 * answered alike. A key belongs to the tenant and the route, not to the sender: all editors of a tenant may see the
 * answer, and one of them may retry for another.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly inFlight = new Set<string>();

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const key = request.headers['idempotency-key'];
    if (key === undefined) return next.handle();
    if (typeof key !== 'string' || !KEY.test(key))
      throw new Problem(400, 'idempotency-key-malformed', 'Idempotency-Key takes 1-255 visible characters of ASCII.');
    const idempotent = new IdempotentRequest(`POST ${request.routeOptions.url}`, key, askedOf(request));
    return from(this.once(idempotent, next, http.getResponse<FastifyReply>()));
  }

  private async once(idempotent: IdempotentRequest, next: CallHandler, reply: FastifyReply): Promise<unknown> {
    const slot = `${currentTenant().id} ${idempotent.keyHash}`;
    if (this.inFlight.has(slot)) {
      const detail = 'A request with this Idempotency-Key is being worked on. Send it again for its answer.';
      throw new Problem(409, 'idempotency-key-in-flight', detail, { retryAfterSeconds: 1 });
    }
    this.inFlight.add(slot);
    try {
      return await idempotent.run(() => lastValueFrom<unknown>(next.handle()));
    } catch (thrown) {
      if (!(thrown instanceof AlreadyDone)) throw thrown;
      reply.header('idempotency-replayed', 'true');
      return thrown.answer;
    } finally {
      this.inFlight.delete(slot);
    }
  }
}

/** The request without its route: the body alone, as in records of the release before, where there is nothing else. */
function askedOf({ params, query, body }: FastifyRequest): unknown {
  const asked = { ...(params as object), ...(query as object) };
  return Object.keys(asked).length === 0 ? body : { params, query, body };
}

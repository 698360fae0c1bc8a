import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Problem } from '../problem/problem.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import { AlreadyDone, Attempt } from './idempotent-request.js';

/** 1-255 visible characters of ASCII; repeated headers arrive joined by a comma and a space, which is none. */
const KEY = /^[!-~]{1,255}$/;

/**
 * Makes a POST repeatable (draft-ietf-httpapi-idempotency-key-header): with the same key and body it is done once and
 * answered alike. A key belongs to the tenant and the route, whoever sends it: all editors of a tenant may see what it
 * brings to light, and a retry may well come from another of them.
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
    const attempt = new Attempt(`POST ${request.routeOptions.url}`, key, request.body);
    return from(this.once(attempt, next, http.getResponse<FastifyReply>()));
  }

  private async once(attempt: Attempt, next: CallHandler, reply: FastifyReply): Promise<unknown> {
    const slot = `${currentTenant().id} ${attempt.keyHash}`;
    if (this.inFlight.has(slot)) {
      const detail = 'A request with this Idempotency-Key is being worked on. Send it again for its answer.';
      throw new Problem(409, 'idempotency-key-in-flight', detail, { retryAfterSeconds: 1 });
    }
    this.inFlight.add(slot);
    try {
      return await attempt.run(() => lastValueFrom<unknown>(next.handle()));
    } catch (thrown) {
      if (!(thrown instanceof AlreadyDone)) throw thrown;
      reply.header('idempotency-replayed', 'true');
      return thrown.answer;
    } finally {
      this.inFlight.delete(slot);
    }
  }
}

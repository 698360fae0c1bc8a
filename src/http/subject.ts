import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** By request, the subject of the token that the guard has verified. */
const subjects = new WeakMap<FastifyRequest, string>();

export function recordSubject(request: FastifyRequest, subject: string): void {
  subjects.set(request, subject);
}

/** The subject of the request's verified token; undefined when its route needed no token. */
export function subjectOf(request: FastifyRequest): string | undefined {
  return subjects.get(request);
}

/** Parameter decorator: the subject of the caller's token, on a route that asks for a role. */
export const Subject = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const subject = subjectOf(context.switchToHttp().getRequest<FastifyRequest>());
  if (subject === undefined) throw new Error('Nobody: the route asks for no role');
  return subject;
});

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** By request, the platform admin whose token the guard has verified. */
export const subjects = new WeakMap<FastifyRequest, string>();

/** Parameter decorator: the subject of the platform admin's token. */
export const Subject = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const subject = subjects.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (subject === undefined) throw new Error('Nobody: the route is not one for admins of the platform');
  return subject;
});

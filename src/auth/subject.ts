import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** By request, the admin of the platform whose token the guard has seen. */
export const subjects = new WeakMap<FastifyRequest, string>();

/** Who calls a route for admins of the platform. */
export const Subject = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const subject = subjects.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (subject === undefined) throw new Error('Nobody: the route is not one for admins of the platform');
  return subject;
});

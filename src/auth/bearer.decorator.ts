import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal.js';

/** By request, the bearer of the token that the guard has verified. */
const principals = new WeakMap<FastifyRequest, Principal>();

export function recordPrincipal(request: FastifyRequest, principal: Principal): void {
  principals.set(request, principal);
}

/** Parameter decorator: the bearer of the caller's token, on a route that asks for one. */
export const Bearer = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const principal = principals.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (principal === undefined) throw new Error('Nobody: the route asks for no token');
  return principal;
});

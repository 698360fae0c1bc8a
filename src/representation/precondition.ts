import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problem/problem.js';

/** The condition of If-Match (RFC 9110, section 13.1.1). */
export class Precondition {
  constructor(private readonly ifMatch: string | undefined) {}

  /** @throws Problem 412 when If-Match is present and does not name `etag` */
  check(etag: string): void {
    if (this.ifMatch === undefined || this.ifMatch.trim() === '*' || entityTags(this.ifMatch).includes(etag)) return;
    throw new Problem(
      412,
      'stale',
      'It was changed since you read it. Read it again, and repeat your change on what you find.',
    );
  }
}

/** Whether If-None-Match names `etag` (weak comparison, RFC 9110, section 13.1.2). */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.trim() === '*' || entityTags(ifNoneMatch).some((tag) => tag.replace(/^W\//, '') === etag);
}

export const IfMatch = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    new Precondition(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
);

function entityTags(header: string): string[] {
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problem/problem.js';

/** The conditions of If-Match and If-None-Match on a row that is to be changed (RFC 9110, sections 13.1.1 and 13.1.2). */
export class Precondition {
  constructor(
    private readonly ifMatch: string | undefined,
    private readonly ifNoneMatch?: string | undefined,
  ) {}

  /** @throws Problem 412 when If-Match is present and does not name `etag`, or If-None-Match does */
  check(etag: string): void {
    if (this.ifMatch !== undefined && this.ifMatch.trim() !== '*' && !entityTags(this.ifMatch).includes(etag))
      throw new Problem(
        412,
        'stale',
        'It was changed since you read it. Read it again, and repeat your change on what you find.',
      );
    if (isKnown(this.ifNoneMatch, etag))
      throw new Problem(412, 'stale', 'If-None-Match excludes it as it is. Nothing was changed.');
  }
}

/** Whether If-None-Match names `etag` (weak comparison, RFC 9110, section 13.1.2). */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.trim() === '*' || entityTags(ifNoneMatch).some((tag) => tag.replace(/^W\//, '') === etag);
}

/** From both headers. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
  return new Precondition(headers['if-match'], headers['if-none-match']);
});

function entityTags(header: string): string[] {
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}

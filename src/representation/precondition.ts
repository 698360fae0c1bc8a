import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problem/problem.js';
import { plainTag } from './content-coding.js';

/** The conditions of If-Match and If-None-Match on a row that is to be changed (RFC 9110, sections 13.1.1 and 13.1.2). */
export class Precondition {
  constructor(
    private readonly ifMatch: string | undefined,
    private readonly ifNoneMatch?: string | undefined,
  ) {}

  /**
   * @param etag that of the row as it is; the tags of its codings name it too
   * @throws Problem 412 when If-Match is present and does not name `etag`, or If-None-Match does
   */
  check(etag: string): void {
    if (
      this.ifMatch !== undefined &&
      this.ifMatch.trim() !== '*' &&
      !entityTags(this.ifMatch).map(plainTag).includes(etag)
    )
      throw new Problem(
        412,
        'stale',
        'It was changed since you read it. Read it again, and repeat your change on what you find.',
      );
    if (knownTag(this.ifNoneMatch, etag) !== undefined)
      throw new Problem(412, 'stale', 'If-None-Match excludes it as it is. Nothing was changed.');
  }
}

/**
 * The tag of If-None-Match that names the body of `etag`, in whatever coding (weak comparison, RFC 9110, section 13.1.2);
 * undefined when none does.
 * @param preferred the tag of the answer otherwise: taken when it is among several, and for `*`
 */
export function knownTag(ifNoneMatch: string | undefined, etag: string, preferred = etag): string | undefined {
  if (ifNoneMatch === undefined) return undefined;
  if (ifNoneMatch.trim() === '*') return preferred;
  const known = entityTags(ifNoneMatch).map((tag) => tag.replace(/^W\//, ''));
  return known.includes(preferred) ? preferred : known.find((tag) => plainTag(tag) === etag);
}

/** From both headers. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
  return new Precondition(headers['if-match'], headers['if-none-match']);
});

function entityTags(header: string): string[] {
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}

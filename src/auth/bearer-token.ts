import type { IncomingMessage } from 'node:http';
import { Problem } from '../problem/problem.js';

const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

/** Whether the request bears a token, well-formed or not. */
export function hasBearerToken({ headersDistinct }: IncomingMessage): boolean {
  return (headersDistinct.authorization ?? []).some((header) => /^Bearer\b/i.test(header));
}

/**
 * The token of the Authorization header (RFC 6750, section 2.1). Tokens in a URL or a form are ignored.
 * @throws Problem 401 when there is none, or when the header was sent twice
 */
export function bearerToken({ headersDistinct }: IncomingMessage): string {
  const [header = '', ...others] = headersDistinct.authorization ?? [];
  // A proxy may have checked either of two.
  if (others.length > 0) throw invalidToken('The header Authorization was sent more than once.');
  if (!/^Bearer\b/i.test(header)) throw unauthorized('token-required', 'Send a token: Authorization: Bearer <token>.');
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw invalidToken('The header Authorization takes Bearer and one token.');
  return token;
}

/** Problem 401 for an invalid token (RFC 6750, section 3.1). */
export function invalidToken(detail: string): Problem {
  return unauthorized('token-invalid', detail, `, error="invalid_token", error_description="${detail}"`);
}

/** Problem 403 for a valid token without the right to do this. */
export function insufficientRights(code: string, detail: string): Problem {
  return new Problem(403, code, detail, { headers: challenge(', error="insufficient_scope"') });
}

function unauthorized(code: string, detail: string, error = ''): Problem {
  return new Problem(401, code, detail, { headers: challenge(error) });
}

function challenge(error: string): Record<string, string> {
  return { 'www-authenticate': `Bearer realm="atrium"${error}` };
}

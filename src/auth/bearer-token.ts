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
  // With two tokens, a proxy in front may have checked the one that would be ignored here.
  if (others.length > 0) throw invalidToken('The header Authorization was sent more than once.', 'Send it once.');
  if (!/^Bearer\b/i.test(header))
    throw unauthorized(
      'token-required',
      'This takes a token. In the documentation press Authorize and enter yours; programs send it as "Authorization: Bearer <token>".',
    );
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw invalidToken('This is not one token.', faultOf(header));
  return token;
}

/**
 * Problem 401 for an invalid token (RFC 6750, section 3.1).
 * @param fault in ASCII without quotation marks: it is sent in a header too
 * @param advice what the caller can do about it
 */
export function invalidToken(fault: string, advice: string): Problem {
  return unauthorized('token-invalid', `${fault} ${advice}`, `, error="invalid_token", error_description="${fault}"`);
}

/** Problem 403 for a valid token without the right to do this. */
export function insufficientRights(code: string, detail: string): Problem {
  return new Problem(403, code, detail, { headers: challenge(', error="insufficient_scope"') });
}

function faultOf(header: string): string {
  const given = header.replace(/^Bearer */i, '').trim();
  if (given === '') return 'The word Bearer stands alone: the token comes after it.';
  if (/^Bearer\b/i.test(given)) return 'It begins with the word Bearer: enter the token without it.';
  if (/\s/.test(given)) return 'It has blanks or line breaks in it: copy the token again, in one piece.';
  return 'It has characters that no token has, such as quotation marks: copy the token again, and nothing beside it.';
}

function unauthorized(code: string, detail: string, error = ''): Problem {
  return new Problem(401, code, detail, { headers: challenge(error) });
}

function challenge(error: string): Record<string, string> {
  return { 'www-authenticate': `Bearer realm="atrium"${error}` };
}

import { MIMEType } from 'node:util';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { invalidField, Problem } from '../problem/problem.js';
import { jsonFault } from './json-fault.js';

/** Nesting of objects and arrays in a body: twice the depth of the deepest one that a route takes. */
const MAX_DEPTH = 8;

const MERGE_PATCH = 'application/merge-patch+json';

/** Throws on bytes that are not UTF-8, since replacing them would store text that nobody wrote. Skips a byte order mark. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** Accepts bodies in JSON, for PATCH also in JSON Merge Patch (RFC 7396), and in no other media type. */
export function acceptJsonOnly(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>(
    ['application/json', MERGE_PATCH],
    { parseAs: 'buffer' },
    (request, bytes, done) => done(null, read(request, bytes)),
  );
}

/** @throws Problem 415 unless it is sent as JSON in UTF-8, 400 when it is not JSON, 422 when it nests too deep */
function read(request: FastifyRequest, bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined; // routes that take a body refuse that
  requireKnownForm(request);
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new Problem(400, 'bad-request', 'The body is not valid UTF-8.');
  if (isDeeper(text, MAX_DEPTH)) throw invalidField('#', `must not nest more than ${MAX_DEPTH} objects and arrays`);
  return parse(text);
}

function requireKnownForm(request: FastifyRequest): void {
  const { essence } = new MIMEType(request.headers['content-type'] ?? ''); // Fastify has found it well-formed
  if (request.method !== 'PATCH' && essence === MERGE_PATCH)
    throw unsupported(`${MERGE_PATCH} is for PATCH: send application/json.`);
  requireUtf8AsIs(request);
}

/** @throws Problem 415 for another charset than UTF-8, and for a content coding (RFC 9110, section 15.5.16) */
export function requireUtf8AsIs({ headers }: FastifyRequest): void {
  const { 'content-type': type = '', 'content-encoding': coding } = headers;
  const { params } = new MIMEType(type);
  if (!/^utf-?8$/i.test(params.get('charset') ?? 'utf-8')) throw unsupported('A body is sent in UTF-8.');
  if (coding && !/^identity$/i.test(coding))
    throw unsupported('A body is sent as it is, without Content-Encoding.', { 'accept-encoding': 'identity' });
}

export function unsupported(detail: string, headers?: Record<string, string>): Problem {
  return new Problem(415, 'media-type-unsupported', detail, { headers });
}

/** @returns undefined for bytes that are not UTF-8 */
export function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return UTF_8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** JSON.parse makes a field named __proto__ an ordinary field, and no prototype. InputPipe refuses it. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, 'bad-request', jsonFault(text));
  }
}

/** Whether JSON text nests too deep. It looks before parsing, since code that walks the body later may be recursive. */
function isDeeper(text: string, maxDepth: number): boolean {
  let depth = 0;
  // An unterminated string is one token too: searching its end from every quote in it would take n² steps.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[{\]}]/gs)) {
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    if (depth > maxDepth) return true;
  }
  return false;
}

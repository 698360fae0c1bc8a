import { MIMEType } from 'node:util';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { invalidField, Problem } from '../problem/problem.js';

/** Twice what the deepest body needs. */
const MAX_DEPTH = 8;

const MERGE_PATCH = 'application/merge-patch+json';

/** Bytes that are no UTF-8 make it throw: replaced, they would be stored as what nobody wrote. A byte order mark is passed over. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** Takes JSON, and JSON Merge Patch (RFC 7396) to PATCH, as bodies, and no other media type. */
export function acceptJsonOnly(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>(
    ['application/json', MERGE_PATCH],
    { parseAs: 'buffer' },
    (request, bytes, done) => done(null, read(request, bytes)),
  );
}

/** @throws Problem 415 for what is not sent as JSON in UTF-8, 400 for what is none, 422 for what nests too deep */
function read(request: FastifyRequest, bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined; // none, of a named type: routes that take one refuse that
  requireKnownForm(request);
  const text = decode(bytes);
  if (isDeeper(text, MAX_DEPTH)) throw invalidField('#', `must not nest more than ${MAX_DEPTH} objects and arrays`);
  return parse(text);
}

function requireKnownForm({ method, headers }: FastifyRequest): void {
  const { 'content-type': type = '', 'content-encoding': coding } = headers;
  const { essence, params } = new MIMEType(type); // Fastify has found it well-formed
  if (method !== 'PATCH' && essence === MERGE_PATCH)
    throw unsupported(`${MERGE_PATCH} is for PATCH: send application/json.`);
  if (!/^utf-?8$/i.test(params.get('charset') ?? 'utf-8')) throw unsupported('JSON is sent in UTF-8.');
  // RFC 9110, section 15.5.16.
  if (coding && !/^identity$/i.test(coding))
    throw unsupported('A body is sent as it is, without Content-Encoding.', { 'accept-encoding': 'identity' });
}

function unsupported(detail: string, headers?: Record<string, string>): Problem {
  return new Problem(415, 'media-type-unsupported', detail, { headers });
}

function decode(bytes: Buffer): string {
  try {
    return UTF_8.decode(bytes);
  } catch {
    throw new Problem(400, 'bad-request', 'The body is not valid UTF-8.');
  }
}

/** A field named __proto__ becomes one like any other here, which is refused where fields are: it changes no prototype. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, 'bad-request', 'The body is not valid JSON.');
  }
}

/** Whether JSON text nests too deep, told before it is parsed: what walks through the body later may be recursive. */
function isDeeper(text: string, maxDepth: number): boolean {
  let depth = 0;
  // Text without an end is one token too: to look for its end from every quote within would take n² steps.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[{\]}]/gs)) {
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    if (depth > maxDepth) return true;
  }
  return false;
}

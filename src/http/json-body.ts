import type { FastifyInstance } from 'fastify';
import { invalidField, Problem } from '../problem/problem.js';

/** Twice what the deepest body needs. */
const MAX_DEPTH = 8;

const MERGE_PATCH = 'application/merge-patch+json';

/** Takes JSON, and JSON Merge Patch (RFC 7396) to PATCH, as bodies, and no other media type. */
export function acceptJsonOnly(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser<string>(
    ['application/json', MERGE_PATCH],
    { parseAs: 'string' },
    (request, text, done) => {
      if (isDeeper(text, MAX_DEPTH)) done(invalidField('#', `must not nest more than ${MAX_DEPTH} objects and arrays`));
      // No body, of a named type.
      else if (request.method === 'DELETE' && text === '') done(null);
      else if (request.method !== 'PATCH' && request.headers['content-type']?.toLowerCase().startsWith(MERGE_PATCH))
        done(new Problem(415, 'media-type-unsupported', `${MERGE_PATCH} is for PATCH: send application/json.`));
      else void parse(request, text, done);
    },
  );
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

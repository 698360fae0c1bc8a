import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

/** The headers of a 304: what it may change in a stored answer (RFC 9110, section 15.4.5), and a name for the log. */
const KEPT = new Set(['etag', 'cache-control', 'vary', 'x-request-id']);

/** Makes the answer a 304 without a body, and without the headers that the stored answer has. */
export function sendNotModified(reply: FastifyReply): void {
  for (const name of Object.keys(reply.getHeaders())) if (!KEPT.has(name)) reply.removeHeader(name);
  withoutConnection(reply.raw);
  reply.status(304);
}

/** Connections persist in HTTP/1.1 without being told to. One that is about to close still says so. */
export function withoutConnection(response: ServerResponse): void {
  if (response.shouldKeepAlive) response.removeHeader('connection');
}

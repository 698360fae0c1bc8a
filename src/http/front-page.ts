import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Leads a browser that asks for `/` to a page. Programs get their 404 as before.
 * @returns whether it did
 */
export function leadBrowser(page: string, { method, url, headers }: FastifyRequest, reply: FastifyReply): boolean {
  const isBrowser = method === 'GET' && /^\/?(\?|$)/.test(url) && /\btext\/html\b/.test(headers.accept ?? '');
  if (isBrowser) void reply.header('cache-control', 'no-store').redirect(page, 302);
  return isBrowser;
}

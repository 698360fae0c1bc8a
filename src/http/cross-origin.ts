import type { Config } from '../config/config.js';

const PREFLIGHT_SECONDS = 600;

/** What such a page may read of an answer beside its body. */
export const EXPOSED_HEADERS = ['ETag', 'Location', 'Idempotency-Replayed', 'Retry-After', 'X-Cache', 'X-Request-Id'];

/** Which pages of other origins may call from a browser, and what of the answers they may see; no cookies are involved. */
export function crossOrigin({ corsOrigins, tenantHeader }: Config) {
  return {
    origin: corsOrigins.includes('*') ? '*' : corsOrigins,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      tenantHeader,
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'If-None-Match',
      'X-Request-Id',
    ],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
  };
}

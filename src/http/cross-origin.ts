import type { Config } from '../config/config.js';
import { PREFLIGHT_SECONDS } from '../config/time-limits.js';

/** Headers of an answer that a page of another origin may read. */
export const EXPOSED_HEADERS = ['ETag', 'Location', 'Idempotency-Replayed', 'Retry-After', 'X-Cache', 'X-Request-Id'];

/** CORS: the origins, methods and headers that pages of other origins may use. Cookies are not involved. */
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

import type { Config } from '../config/config.js';
import { originPattern } from '../config/origin.js';
import { PREFLIGHT_SECONDS } from '../config/time-limits.js';

/** Tracing in a page adds these to its requests (W3C Trace Context, W3C Baggage, Sentry). */
const TRACING_HEADERS = ['traceparent', 'tracestate', 'baggage', 'sentry-trace'];

/** Headers of an answer that a page of another origin may read. */
export const EXPOSED_HEADERS = [
  'Age',
  'Date',
  'ETag',
  'Location',
  'Idempotency-Replayed',
  'Retry-After',
  'X-Cache',
  'X-Request-Id',
  'X-Revision',
];

/** CORS: the origins, methods and headers that pages of other origins may use. Cookies are not involved. */
export function crossOrigin({ corsOrigins, tenantHeader }: Config) {
  return {
    origin: corsOrigins.includes('*') ? '*' : corsOrigins.map(originPattern),
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      tenantHeader,
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'If-None-Match',
      'X-Request-Id',
      ...TRACING_HEADERS,
    ],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
  };
}

import { HTTP_HEADERS_TIMEOUT_MS, HTTP_REQUEST_TIMEOUT_MS, HTTP_TIMEOUT_CHECK_MS } from '../config/time-limits.js';

/**
 * Limits for one client connection. A slow client holds a socket, and nothing else, until they end it. Rows, page sizes
 * and rates have limits of their own.
 */
export const SERVER_LIMITS = {
  /** Bytes. */
  bodyLimit: 64 * 1024,
  requestTimeout: HTTP_REQUEST_TIMEOUT_MS,
  http: {
    /** Bytes of request line and headers together. */
    maxHeaderSize: 16 * 1024,
    headersTimeout: HTTP_HEADERS_TIMEOUT_MS,
    connectionsCheckingInterval: HTTP_TIMEOUT_CHECK_MS,
    /** Requests without a body share one empty stream. */
    optimizeEmptyRequests: true,
  },
};

/** Characters: enough for the longest cursor and a name of 500 characters, percent-encoded. */
export const MAX_URL_LENGTH = 8 * 1024;

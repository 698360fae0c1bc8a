import type { Server } from 'node:http';
import {
  HTTP_HEADERS_TIMEOUT_MS,
  HTTP_REQUEST_TIMEOUT_MS,
  HTTP_STALL_TIMEOUT_MS,
  HTTP_TIMEOUT_CHECK_MS,
} from '../config/time-limits.js';
import { answerInTurn } from './pipelining.js';

/** Bytes. */
export const BODY_LIMIT = 256 * 1024;

/** Characters: enough for the longest cursor and a name of 500 characters, percent-encoded. */
export const MAX_URL_LENGTH = 8 * 1024;

/** Options of every server that listens: Node takes them only when it creates the server. */
export const SERVER_OPTIONS = {
  /** Bytes of request line and headers together. */
  maxHeaderSize: 16 * 1024,
  connectionsCheckingInterval: HTTP_TIMEOUT_CHECK_MS,
  /** Requests without a body share one empty stream. */
  optimizeEmptyRequests: true,
};

/**
 * Limits each connection of a server, whatever the server answers. A slow client holds a socket and one answer, and
 * nothing else, until the limits end it. Rows, page sizes and rates have limits of their own.
 * @param server has all its listeners
 */
export function limitConnections(server: Server, keepAliveMs: number): void {
  server.headersTimeout = HTTP_HEADERS_TIMEOUT_MS;
  server.requestTimeout = HTTP_REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = keepAliveMs;
  // Node counts from the last byte read or written, and destroys the connection unless the response listens.
  server.timeout = HTTP_STALL_TIMEOUT_MS;
  answerInTurn(server);
}

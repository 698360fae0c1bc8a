/**
 * What one client may ask of a connection. Slow clients hold a socket, and no more, until these end it; the rows, the
 * page sizes and the rate have limits of their own.
 */
export const SERVER_LIMITS = {
  bodyLimit: 64 * 1024,
  /** From the first byte of a request to its last. */
  requestTimeout: 15_000,
  /** Longer than the 60 seconds that load balancers keep idle connections, so that theirs end first. */
  keepAliveTimeout: 75_000,
  http: {
    /** Bytes of request line and headers together. */
    maxHeaderSize: 16 * 1024,
    /** From the connection, or the first byte of a later request, to the end of the headers. */
    headersTimeout: 10_000,
    /** How often the two are looked after. */
    connectionsCheckingInterval: 1_000,
    /** Requests without a body share an empty one. */
    optimizeEmptyRequests: true,
  },
};

/** Room for the longest cursor and a name of 500 characters, percent-encoded. */
export const MAX_URL_LENGTH = 8 * 1024;

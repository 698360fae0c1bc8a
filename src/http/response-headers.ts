import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet, { type HelmetOptions } from 'helmet';
import type { Config } from '../config/config.js';
import { EXPOSED_HEADERS } from './cross-origin.js';

type Headers = Record<string, string>;

/** What answers in JSON need; the rest of what helmet knows is for pages (OWASP REST Security Cheat Sheet). */
const SECURITY: HelmetOptions = {
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  strictTransportSecurity: { includeSubDomains: false },
  xFrameOptions: { action: 'deny' },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
};

/** Swagger UI brings its scripts along; its style sheets are partly within the page. */
const DOCS_POLICY: HelmetOptions['contentSecurityPolicy'] = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/**
 * The headers that every answer bears, whoever sends it: worked out once at the start, since helmet would work them
 * out for each request. Vary names what an answer may depend on, so that no cache hands one tenant's rows to another.
 */
export function responseHeaders({ tenantHeader, corsOrigins }: Config): Headers {
  const anyOrigin = corsOrigins.includes('*');
  return {
    ...helmetHeaders(SECURITY),
    vary: corsOrigins.length > 0 && !anyOrigin ? `${tenantHeader}, Origin` : tenantHeader,
    ...(anyOrigin ? { 'access-control-allow-origin': '*' } : {}),
    // Also where no page asked: a cache on the way may hand the answer to one.
    ...(corsOrigins.length > 0 ? { 'access-control-expose-headers': EXPOSED_HEADERS.join(', ') } : {}),
  };
}

/** Names and values in turn, as Node writes them fastest. */
export function flatResponseHeaders(config: Config): string[] {
  return Object.entries(responseHeaders(config)).flat();
}

/** The same for the pages of the documentation. */
export function docsHeaders(config: Config): Headers {
  return { ...responseHeaders(config), ...helmetHeaders({ ...SECURITY, contentSecurityPolicy: DOCS_POLICY }) };
}

function helmetHeaders(options: HelmetOptions): Headers {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet(options)(request, response, () => {});
  return response.getHeaders() as Headers;
}

import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet, { type HelmetOptions } from 'helmet';
import type { Config } from '../config/config.js';
import { EXPOSED_HEADERS } from './cross-origin.js';

type Headers = Record<string, string>;

/** Security headers for JSON answers (OWASP REST Security Cheat Sheet). Helmet's others are for pages. */
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

/** Swagger UI needs its own scripts, and has inline styles. */
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

/** The staff page has no inline script or style. The pictures of campaigns lie on any host. */
const deskPolicy = (issuerOrigin: string | undefined): HelmetOptions['contentSecurityPolicy'] => ({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'https:'],
    connectSrc: ["'self'", ...(issuerOrigin === undefined ? [] : [issuerOrigin])],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

/**
 * The headers of every answer, computed once at the start, since helmet would compute them for each request. Vary names
 * the request headers that an answer depends on, so that no HTTP cache gives one tenant's rows to another.
 */
export function responseHeaders({ tenantHeader, corsOrigins }: Config): Headers {
  const anyOrigin = corsOrigins.includes('*');
  const vary = [tenantHeader, 'Accept-Encoding', 'Authorization'].join(', ');
  return {
    ...helmetHeaders(SECURITY),
    vary: corsOrigins.length > 0 && !anyOrigin ? `${vary}, Origin` : vary,
    ...(anyOrigin ? { 'access-control-allow-origin': '*' } : {}),
    // Sent even without an Origin: an HTTP cache may give the answer to a page of another origin.
    ...(corsOrigins.length > 0 ? { 'access-control-expose-headers': EXPOSED_HEADERS.join(', ') } : {}),
  };
}

/** The same as a list of names and values, the form that Node writes fastest. */
export function flatResponseHeaders(config: Config): string[] {
  return Object.entries(responseHeaders(config)).flat();
}

/** The headers of the documentation's pages. */
export function docsHeaders(config: Config): Headers {
  return { ...responseHeaders(config), ...helmetHeaders({ ...SECURITY, contentSecurityPolicy: DOCS_POLICY }) };
}

/** The headers of the staff page. */
export function deskHeaders(config: Config): Headers {
  const issuerOrigin = config.oidcClientId && config.jwtIssuer ? new URL(config.jwtIssuer).origin : undefined;
  return {
    ...responseHeaders(config),
    ...helmetHeaders({ ...SECURITY, contentSecurityPolicy: deskPolicy(issuerOrigin) }),
  };
}

function helmetHeaders(options: HelmetOptions): Headers {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet(options)(request, response, () => {});
  return response.getHeaders() as Headers;
}

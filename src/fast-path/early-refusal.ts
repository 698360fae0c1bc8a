import { hasBearerToken } from '../auth/bearer-token.js';
import { PRIVATE } from '../representation/cache-control.js';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { flatResponseHeaders } from '../http/response-headers.js';
import { RequestDurations } from '../observability/request-durations.js';
import { TenantRequests } from '../observability/tenant-requests.js';
import { toDocument } from '../problem/problem.filter.js';
import { rateLimited } from '../problem/problem.js';
import { requestId } from '../http/request-id.js';
import { StaffTokens } from '../auth/staff-tokens.js';
import { RouteTable } from '../auth/route-table.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { RateLimiter } from '../tenancy/rate-limiter.js';

/**
 * Refuses requests beyond a tenant's rate before the framework sees them. Most requests of a flood are refused, and the
 * framework would spend a fifth of a page's time on each. The middleware refuses too: only speed depends on this
 * class.
 */
@Injectable()
export class EarlyRefusal implements OnModuleInit {
  private readonly fixedHead: string[];
  /** By method, the URLs of the routes under the tenant middleware. */
  private urls: Record<string, RegExp | undefined> = {};

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly catalogue: Catalogue,
    private readonly limiter: RateLimiter,
    private readonly staff: StaffTokens,
    private readonly durations: RequestDurations,
    private readonly tenantRequests: TenantRequests,
    private readonly routes: RouteTable,
  ) {
    this.fixedHead = flatResponseHeaders(config);
  }

  onModuleInit(): void {
    this.urls = urlsOf(this.routes.ofTenants());
  }

  /** False without a rate limit, or while each read is logged, which the framework does. */
  get isEnabled(): boolean {
    return this.config.rateLimit > 0 && !this.config.logsReads;
  }

  /** @returns whether the request was refused; otherwise neither it nor the response was touched */
  refuse(request: IncomingMessage, response: ServerResponse): boolean {
    const { url = '', method = '', headers } = request;
    const tenantId = headers[this.config.tenantHeaderKey];
    if (typeof tenantId !== 'string' || headers.origin !== undefined || !this.urls[method]?.test(url)) return false;
    if (!this.catalogue.find(tenantId)?.isActive) return false;
    const beganMs = performance.now();
    const isStaff = this.staff.isKnownStaff(request, tenantId);
    if (isStaff === undefined) return false;
    const retryAfterSeconds = this.limiter.refusal(tenantId, isStaff);
    if (retryAfterSeconds === undefined) return false;

    const id = requestId(request);
    const body = toDocument(rateLimited(tenantId, retryAfterSeconds), url, id);
    const head = {
      'retry-after': String(retryAfterSeconds),
      'content-type': 'application/problem+json; charset=utf-8',
    };
    const control = hasBearerToken(request) ? PRIVATE : 'no-store';
    const length = { 'cache-control': control, 'content-length': String(Buffer.byteLength(body)) };
    response
      .writeHead(429, [...this.fixedHead, 'x-request-id', id, ...Object.entries({ ...head, ...length }).flat()])
      .end(body);
    this.durations.of(method, 'unmatched', 429).observe((performance.now() - beganMs) / 1_000);
    this.tenantRequests.count(tenantId, 429);
    return true;
  }
}

/** One expression for each method; HEAD is answered wherever GET is. */
function urlsOf(routes: { method: string; path: string }[]): Record<string, RegExp> {
  const byMethod = Map.groupBy(routes, ({ method }) => method);
  const urls = Object.fromEntries(
    [...byMethod].map(([method, of]) => [
      method,
      new RegExp(`^(?:${of.map(({ path }) => inUrl(path)).join('|')})/?(?:\\?|$)`),
    ]),
  );
  return urls['GET'] ? { ...urls, HEAD: urls['GET'] } : urls;
}

function inUrl(path: string): string {
  return path
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/?%]+' : part.replaceAll(/[^\w-]/g, '\\$&')))
    .join('/');
}

import { channel } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { CLIENT_LEFT, logRequest } from './request-log.js';
import { RequestDurations } from './request-durations.js';
import { TenantRequests } from './tenant-requests.js';

/** Told the route of each request as soon as it is known; nobody listens unless traces are exported. */
export const ROUTES = channel('atrium:route');

/** Sees each request that the framework answers: how long it took, for whom, and how it ended. */
@Injectable()
export class RequestObserver {
  private readonly underWay = new Set<FastifyRequest>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly catalogue: Catalogue,
    private readonly durations: RequestDurations,
    private readonly tenantRequests: TenantRequests,
  ) {}

  /** From now on until it is answered, or its client has left: the response closes either way, and only once. */
  observe(request: FastifyRequest, response: ServerResponse): void {
    const beganMs = performance.now();
    this.underWay.add(request);
    response.once('close', () => {
      this.underWay.delete(request);
      this.ended(request, response.writableFinished ? response.statusCode : CLIENT_LEFT, performance.now() - beganMs);
    });
    if (ROUTES.hasSubscribers) ROUTES.publish(routeOf(request));
  }

  /** Method and route of the requests that were not answered yet. */
  list(): string[] {
    return [...this.underWay].map((request) => `${request.method} ${routeOf(request)}`);
  }

  private ended(request: FastifyRequest, status: number, ms: number): void {
    const { method, id } = request;
    const route = routeOf(request);
    const named = request.headers[this.config.tenantHeaderKey];
    const tenant = typeof named === 'string' ? this.catalogue.find(named)?.id : undefined;
    this.durations.of(method, route, status).observe(ms / 1_000);
    if (tenant !== undefined) this.tenantRequests.count(tenant, status);
    logRequest({ requestId: id, tenant, method, route, status, ms: Math.round(ms * 10) / 10 });
  }
}

/** As OpenAPI writes it, `/events/{id}`; never what the caller sent. */
function routeOf({ routeOptions: { url } }: FastifyRequest): string {
  if (url === undefined) return 'unmatched';
  let template = TEMPLATES.get(url);
  if (template === undefined) TEMPLATES.set(url, (template = url.replaceAll(/:(\w+)/g, '{$1}')));
  return template;
}

/** One for each route there is. */
const TEMPLATES = new Map<string, string>();

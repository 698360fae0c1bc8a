import { channel } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { subjectOf } from '../http/subject.js';
import { CLIENT_LEFT, logRequest } from './request-log.js';
import { RequestDurations } from './request-durations.js';
import { TenantRequests } from './tenant-requests.js';

/** Publishes the route of each request once it is known. It has subscribers only when traces are exported. */
export const ROUTES = channel('atrium:route');

/** Observes each request that the framework answers: its duration, its tenant and its outcome. */
@Injectable()
export class RequestObserver {
  private readonly inFlight = new Set<FastifyRequest>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly catalogue: Catalogue,
    private readonly durations: RequestDurations,
    private readonly tenantRequests: TenantRequests,
  ) {}

  /** Observes until the response closes: once, whether the request was answered or the client left. */
  observe(request: FastifyRequest, response: ServerResponse): void {
    const beganMs = performance.now();
    this.inFlight.add(request);
    response.once('close', () => {
      this.inFlight.delete(request);
      this.ended(request, response.writableFinished ? response.statusCode : CLIENT_LEFT, performance.now() - beganMs);
    });
    if (ROUTES.hasSubscribers) ROUTES.publish(routeOf(request));
  }

  /** Method and route of each request in flight. */
  list(): string[] {
    return [...this.inFlight].map((request) => `${request.method} ${routeOf(request)}`);
  }

  private ended(request: FastifyRequest, status: number, ms: number): void {
    const { method, id } = request;
    const route = routeOf(request);
    const named = request.headers[this.config.tenantHeaderKey];
    const tenant = typeof named === 'string' ? this.catalogue.find(named)?.id : undefined;
    this.durations.of(method, route, status).observe(ms / 1_000);
    if (tenant !== undefined) this.tenantRequests.count(tenant, status);
    logRequest({
      requestId: id,
      tenant,
      actor: subjectOf(request),
      method,
      route,
      status,
      ms: Math.round(ms * 10) / 10,
    });
  }
}

/** The template as OpenAPI writes it, `/events/{id}`; never the path that the caller sent. */
function routeOf({ routeOptions: { url } }: FastifyRequest): string {
  if (url === undefined) return 'unmatched';
  let template = TEMPLATES.get(url);
  if (template === undefined) TEMPLATES.set(url, (template = url.replaceAll(/:(\w+)/g, '{$1}')));
  return template;
}

/** By route of Fastify, its template; one entry for each route. */
const TEMPLATES = new Map<string, string>();

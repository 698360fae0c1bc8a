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
  /** With what is done when their response closes. */
  private readonly inFlight = new Map<FastifyRequest, (status: number) => void>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly catalogue: Catalogue,
    private readonly durations: RequestDurations,
    private readonly tenantRequests: TenantRequests,
  ) {}

  /** Observes until the response closes: once, whether the request was answered or the client left. */
  observe(request: FastifyRequest, response: ServerResponse): void {
    const beganMs = performance.now();
    this.inFlight.set(request, (status) => this.ended(request, status, performance.now() - beganMs));
    response.once('close', () => this.end(request, response.writableFinished ? response.statusCode : CLIENT_LEFT));
    if (ROUTES.hasSubscribers) ROUTES.publish(routeOf(request));
  }

  /** The answer has begun and has no end: it counts as answered with its head. */
  headSent(request: FastifyRequest, { statusCode }: ServerResponse): void {
    this.end(request, statusCode);
  }

  /** Method and route of each request in flight. */
  list(): string[] {
    return [...this.inFlight.keys()].map((request) => `${request.method} ${routeOf(request)}`);
  }

  private end(request: FastifyRequest, status: number): void {
    const done = this.inFlight.get(request);
    this.inFlight.delete(request);
    done?.(status);
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

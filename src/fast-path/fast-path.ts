import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { flatResponseHeaders, responseHeaders } from '../http/response-headers.js';
import { requestId } from '../http/request-id.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { RateLimiter } from '../tenancy/rate-limiter.js';
import { type Durations, RequestDurations } from '../observability/request-durations.js';
import { ROUTES } from '../observability/request-observer.js';
import { TenantRequests } from '../observability/tenant-requests.js';
import { CacheMetrics } from '../cache/cache-metrics.js';
import { type Entry, placeOf, type Timed } from '../cache/cached.js';
import type { Ready } from '../cache/ready.js';
import { codingFor, plainTag } from '../representation/content-coding.js';
import type { Variant } from '../representation/representation.js';
import { withoutConnection } from '../representation/not-modified.js';
import { cacheControl, maxAgeSeconds } from '../representation/cache-control.js';
import { KnownVersions } from '../cache/known-versions.js';
import { Memory } from '../cache/memory.js';

/** The index of the request's id among the headers, and of the tag among those of a 304. */
const REQUEST_ID = 1;
const ETAG = 3;

/** Up to this size bodies are latin1 strings: Node writes them with the head in one write. Above it, copying costs more. */
const SENT_AS_TEXT_BYTES = 12 * 1024;

/** The parts of a response, prepared once for a kept answer in a coding and used for all requests. */
interface PreparedAnswer {
  route: string;
  ok: Durations;
  notModified: Durations;
  etag: string;
  maxAgeSeconds: number;
  /** Names and values in turn, as Node writes them fastest. */
  head: string[];
  headOfNotModified: string[];
  body: string | Buffer;
}

/**
 * Answers a GET from memory before the framework sees the request. All other requests go on to the framework, which
 * would give the same answers: only speed depends on this class.
 */
@Injectable()
export class FastPath {
  private readonly fixedHead: string[];
  private readonly vary: string;
  private readonly prepared = new WeakMap<Timed, Partial<Record<string, PreparedAnswer>>>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly catalogue: Catalogue,
    private readonly versions: KnownVersions,
    private readonly memory: Memory,
    private readonly metrics: CacheMetrics,
    private readonly limiter: RateLimiter,
    private readonly durations: RequestDurations,
    private readonly tenantRequests: TenantRequests,
    private readonly clock: Clock,
  ) {
    this.fixedHead = flatResponseHeaders(config);
    this.vary = responseHeaders(config)['vary'] ?? '';
  }

  /** False while reads need a token, which the guard checks, or each read is logged, which the framework does. */
  get isEnabled(): boolean {
    return this.config.publicReads && !this.config.logsReads;
  }

  /** @returns whether the request was answered; otherwise neither it nor the response was touched */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'GET' || request.url === undefined) return false;
    const beganMs = performance.now();
    const { headers } = request;
    // Requests with a token go to the guard.
    const tenantId = headers[this.config.tenantHeaderKey];
    if (typeof tenantId !== 'string' || headers.authorization !== undefined) return false;
    if (headers.origin !== undefined) return false; // its answer may need CORS headers

    const nowMs = this.clock.now();
    const known = this.versions.fresh(tenantId, nowMs);
    const tenant = this.catalogue.find(tenantId);
    if (known === undefined || known.tenant !== tenant || !tenant.isActive) return false;
    const entry = this.memory.get(tenantId, placeOf(request.url)) ?? this.memory.pages.spelt(tenant, request.url);
    if (entry === undefined || entry.loadedMs > nowMs) return false;
    if (entry.version !== undefined && entry.version !== known.version) return false;
    known.use(nowMs);

    const answer = entry.answer(request.url, tenant);
    const ready = answer.at(nowMs);
    if (ready === undefined) return false; // there is nothing that the public sees
    const variant = ready.in(codingFor(headers['accept-encoding']), nowMs);
    const ifNoneMatch = headers['if-none-match'];
    if (ifNoneMatch !== undefined && ifNoneMatch !== variant.etag && plainTag(ifNoneMatch) !== ready.etag) return false;
    if (this.limiter.take(tenantId) !== undefined) return false;
    const coding = variant.coding ?? 'identity';
    const prepared = this.prepared.get(answer)?.[coding] ?? this.prepare(request.url, entry, answer, coding);
    const seconds = maxAgeSeconds(nowMs, ready.boundaryMs, this.config.freshSeconds);
    if (prepared.maxAgeSeconds !== seconds || prepared.etag !== variant.etag)
      this.renew(prepared, ready, variant, nowMs);
    if (ifNoneMatch === undefined) {
      prepared.head[REQUEST_ID] = requestId(request); // written out before another request can change it
      response.writeHead(200, prepared.head).end(prepared.body, 'latin1');
    } else {
      prepared.headOfNotModified[REQUEST_ID] = requestId(request);
      prepared.headOfNotModified[ETAG] = ifNoneMatch;
      withoutConnection(response);
      response.writeHead(304, prepared.headOfNotModified).end();
    }
    this.count(tenantId, prepared, ifNoneMatch === undefined ? 200 : 304, beganMs);
    return true;
  }

  /** Makes the headers anew: they hold until the tag or max-age changes. */
  private renew(
    prepared: PreparedAnswer,
    { boundaryMs }: Ready,
    { bytes, etag, coding }: Variant,
    nowMs: number,
  ): void {
    if (prepared.etag !== etag) prepared.body = bytes.length > SENT_AS_TEXT_BYTES ? bytes : bytes.toString('latin1');
    prepared.etag = etag;
    const { freshSeconds } = this.config;
    prepared.maxAgeSeconds = maxAgeSeconds(nowMs, boundaryMs, freshSeconds);
    const control = cacheControl(nowMs, boundaryMs, freshSeconds);
    prepared.headOfNotModified = ['x-request-id', '', 'etag', etag, 'vary', this.vary, 'cache-control', control];
    prepared.head = [
      'x-request-id',
      '',
      ...this.fixedHead,
      'etag',
      etag,
      'cache-control',
      control,
      'x-cache',
      'memory',
      'content-type',
      'application/json; charset=utf-8',
      ...(coding === undefined ? [] : ['content-encoding', coding]),
      'content-length',
      String(bytes.length),
    ];
  }

  private count(
    tenantId: string,
    { route, ok, notModified }: PreparedAnswer,
    status: 200 | 304,
    beganMs: number,
  ): void {
    (status === 200 ? ok : notModified).observe((performance.now() - beganMs) / 1_000);
    this.metrics.countRead('memory');
    this.tenantRequests.count(tenantId, status);
    if (ROUTES.hasSubscribers) ROUTES.publish(route);
  }

  private prepare(path: string, entry: Entry, answer: Timed, coding: string): PreparedAnswer {
    const route = entry.route ?? path.replace(/\d+/, '{id}'); // the id is all that differs between the paths of a route
    const { durations } = this;
    const measures = { ok: durations.of('GET', route, 200), notModified: durations.of('GET', route, 304) };
    const empty = { etag: '', maxAgeSeconds: 0, head: [], headOfNotModified: [], body: '' };
    const prepared: PreparedAnswer = { route, ...measures, ...empty };
    const all = this.prepared.get(answer) ?? {};
    all[coding] = prepared;
    this.prepared.set(answer, all);
    return prepared;
  }
}

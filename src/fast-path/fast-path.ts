import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { inFront } from './in-front.js';
import { flatResponseHeaders } from '../http/response-headers.js';
import { requestId } from '../http/request-id.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { RateLimiter } from '../tenancy/rate-limiter.js';
import { type Durations, RequestDurations } from '../observability/request-durations.js';
import { ROUTES } from '../observability/request-observer.js';
import { TenantRequests } from '../observability/tenant-requests.js';
import type { Cached, Ready } from '../cache/cached.js';
import { cacheControl, maxAgeSeconds } from '../representation/cache-control.js';
import { KnownVersions } from '../cache/known-versions.js';
import { Memory } from '../cache/memory.js';

/** Where the id of the request stands among the headers. */
const REQUEST_ID = 1;

/**
 * So many bytes are sent as text of one byte to a character, which Node writes in one piece with the head; bytes go in a
 * piece of their own. Longer texts would be copied once more for each request.
 */
const SENT_AS_TEXT_BYTES = 12 * 1024;

/** What is made once for an answer that is kept, and used by all who ask for it. */
interface Lane {
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
 * A short way for what is asked all day: a GET whose answer lies in memory, ready for this tenant and instant, is sent
 * before the framework sees the request. Everything else goes on to the framework, which answers the same by itself:
 * nothing but speed depends on this class.
 */
@Injectable()
export class FastPath {
  private readonly fixedHead: string[];
  /** How many requests it answered. */
  answered = 0;
  private readonly lanes = new WeakMap<Cached, Lane>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly catalogue: Catalogue,
    private readonly versions: KnownVersions,
    private readonly memory: Memory,
    private readonly limiter: RateLimiter,
    private readonly durations: RequestDurations,
    private readonly tenantRequests: TenantRequests,
    private readonly clock: Clock,
  ) {
    this.fixedHead = flatResponseHeaders(config);
  }

  /** Takes its place in front of whatever `server` does with a request. */
  install(server: Server): void {
    if (!this.config.publicReads || this.config.logsReads) return;
    inFront(server, (request, response) => this.answer(request, response));
  }

  /** Whether the request was answered; otherwise nothing was touched. */
  private answer(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'GET' || request.url === undefined) return false;
    const beganMs = performance.now();
    const { headers } = request;
    // Who shows a token is told what becomes of it, and that is not decided here.
    const tenantId = headers[this.config.tenantHeaderKey];
    if (typeof tenantId !== 'string' || headers.authorization !== undefined) return false;
    if (headers.origin !== undefined) return false; // may need the headers of CORS

    const nowMs = this.clock.now();
    const known = this.versions.fresh(tenantId, nowMs);
    const tenant = this.catalogue.find(tenantId);
    if (known === undefined || known.tenant !== tenant || !tenant.isActive) return false;
    const cached = this.memory.get(tenantId, request.url);
    if (cached === undefined || cached.version !== known.version || cached.loadedMs > nowMs) return false;
    known.usedMs = nowMs;

    const ready = cached.at(nowMs);
    const { etag, boundaryMs } = ready;
    const ifNoneMatch = headers['if-none-match'];
    if (ifNoneMatch !== undefined && ifNoneMatch !== etag) return false;
    if (this.limiter.take(tenantId) !== undefined) return false;
    const lane = this.lanes.get(cached) ?? this.begin(request.url, cached);
    const seconds = maxAgeSeconds(nowMs, boundaryMs);
    if (lane.maxAgeSeconds !== seconds || lane.etag !== etag) this.renew(lane, ready, nowMs);
    if (ifNoneMatch === undefined) {
      lane.head[REQUEST_ID] = requestId(request); // written before anybody else can come
      response.writeHead(200, lane.head).end(lane.body, 'latin1');
    } else {
      lane.headOfNotModified[REQUEST_ID] = requestId(request);
      response.writeHead(304, lane.headOfNotModified).end();
    }
    this.count(tenantId, lane, ifNoneMatch === undefined ? 200 : 304, beganMs);
    return true;
  }

  /** The headers that all answers share until the tag or the time for which they may be kept changes. */
  private renew(lane: Lane, { bytes, etag, boundaryMs }: Ready, nowMs: number): void {
    if (lane.etag !== etag) lane.body = bytes.length > SENT_AS_TEXT_BYTES ? bytes : bytes.toString('latin1');
    lane.etag = etag;
    lane.maxAgeSeconds = maxAgeSeconds(nowMs, boundaryMs);
    const control = cacheControl(nowMs, boundaryMs);
    const head = ['x-request-id', '', ...this.fixedHead, 'etag', etag, 'cache-control', control, 'x-cache', 'memory'];
    lane.headOfNotModified = head;
    lane.head = [...head, 'content-type', 'application/json; charset=utf-8', 'content-length', String(bytes.length)];
  }

  private count(tenantId: string, { route, ok, notModified }: Lane, status: 200 | 304, beganMs: number): void {
    (status === 200 ? ok : notModified).observe((performance.now() - beganMs) / 1_000);
    this.answered++;
    this.tenantRequests.count(tenantId, status);
    if (ROUTES.hasSubscribers) ROUTES.publish(route);
  }

  private begin(path: string, cached: Cached): Lane {
    const route = path.replace(/\d+/, '{id}'); // nothing else in a path that is kept differs from row to row
    const { durations } = this;
    const measures = { ok: durations.of('GET', route, 200), notModified: durations.of('GET', route, 304) };
    const lane: Lane = { route, ...measures, etag: '', maxAgeSeconds: 0, head: [], headOfNotModified: [], body: '' };
    this.lanes.set(cached, lane);
    return lane;
  }
}

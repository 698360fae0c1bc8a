import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { TIMELINE } from '../cache/cached.js';
import { TenantCache } from '../cache/tenant-cache.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { Clock } from '../clock/clock.js';
import {
  STREAM_HEARTBEAT_MS,
  STREAM_MAX_MS,
  STREAM_PAUSE_MS,
  STREAM_RETRY_MS,
  WORK_RETRY_MS,
} from '../config/time-limits.js';
import { unavailable } from '../problem/problem.js';
import { timelineLoad } from '../schedule/timeline-load.js';
import { runAs } from '../tenancy/tenant-context.js';

const MAX_STREAMS = 4_000;
const MAX_STREAMS_OF_TENANT = 1_000;
/** A client that leaves so many bytes unread has stopped reading. */
const MAX_UNREAD_BYTES = 16_384;
/** The answers whose changes are told, by the name of their tag in a line. */
const PATHS = { timeline: '/timeline', campaigns: '/campaign-events/live', events: '/events/live' };
type Tags = Record<keyof typeof PATHS, string>;

/** The streams of one tenant. All are sent the same lines. */
interface Channel {
  tenant: Tenant;
  streams: Set<ServerResponse>;
  /** The last line, for those who come later; undefined until the answers are first loaded. */
  last: { id: string; tags: Tags } | undefined;
  timer: NodeJS.Timeout | undefined;
  refreshing: Promise<void> | undefined;
  isStale: boolean;
}

/**
 * Streams of server-sent events: a line whenever an answer to the public has changed, by a write or by the time. It is
 * made of the tags of the answers, so it tells nothing that they do not.
 */
@Injectable()
export class TimelineStreams implements OnModuleInit, OnModuleDestroy {
  private readonly channels = new Map<string, Channel>();
  private readonly outsideRequests = AsyncLocalStorage.snapshot();
  private heartbeat: NodeJS.Timeout | undefined;
  private isEnding = false;

  constructor(
    private readonly cache: TenantCache,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.heartbeat = setInterval(() => this.beat(), STREAM_HEARTBEAT_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.heartbeat);
    this.end();
  }

  get count(): number {
    let count = 0;
    for (const { streams } of this.channels.values()) count += streams.size;
    return count;
  }

  /** @throws Problem 503 when the pod ends, or has as many as it may */
  requirePlace(tenant: Tenant): void {
    const own = this.channels.get(tenant.id)?.streams.size ?? 0;
    if (!this.isEnding && own < MAX_STREAMS_OF_TENANT && this.count < MAX_STREAMS) return;
    throw unavailable('streams-full', 'This pod takes no more streams just now.', undefined);
  }

  /**
   * Sends lines to `response`, whose head is written, until either side ends it.
   * @param lastId the id of the last line that the client has seen
   */
  async open(tenant: Tenant, response: ServerResponse, lastId: string | undefined): Promise<void> {
    const channel = this.channelOf(tenant);
    response.write(`retry: ${Math.round(STREAM_RETRY_MS * (0.5 + Math.random()))}\n\n`);
    const longest = setTimeout(() => response.end(), STREAM_MAX_MS).unref();
    response.once('close', () => {
      clearTimeout(longest);
      this.leave(channel, response);
    });
    if (!channel.last) await this.refresh(channel);
    if (response.destroyed) return;
    channel.streams.add(response);
    if (channel.last && channel.last.id !== lastId) response.write(lineOf(channel.last));
  }

  /** A tenant has reached another version. */
  onAdvance({ id }: Tenant): void {
    const channel = this.channels.get(id);
    if (channel) void this.refresh(channel);
  }

  /** A tenant has left. */
  forget({ id }: Tenant): void {
    const channel = this.channels.get(id);
    if (channel) endAll(channel);
  }

  /** Ends all streams: their clients connect again, to another pod. */
  end(): void {
    this.isEnding = true;
    for (const channel of this.channels.values()) endAll(channel);
  }

  private channelOf(tenant: Tenant): Channel {
    const present = this.channels.get(tenant.id);
    if (present?.tenant === tenant) return present;
    const streams = new Set<ServerResponse>();
    const channel = { tenant, streams, last: undefined, timer: undefined, refreshing: undefined, isStale: false };
    this.channels.set(tenant.id, channel);
    return channel;
  }

  private leave(channel: Channel, response: ServerResponse): void {
    channel.streams.delete(response);
    if (channel.streams.size > 0) return;
    clearTimeout(channel.timer);
    if (this.channels.get(channel.tenant.id) === channel) this.channels.delete(channel.tenant.id);
  }

  /** Also keeps the tenants in use, so that their revisions are asked for. */
  private beat(): void {
    for (const channel of this.channels.values()) {
      send(channel, ':\n\n');
      void this.refresh(channel);
    }
  }

  /** One at a time; what comes meanwhile causes one more. */
  private refresh(channel: Channel): Promise<void> {
    channel.isStale = true;
    channel.refreshing ??= this.outsideRequests(() => this.refreshWhileStale(channel)).finally(
      () => (channel.refreshing = undefined),
    );
    return channel.refreshing;
  }

  private async refreshWhileStale(channel: Channel): Promise<void> {
    while (channel.isStale) {
      channel.isStale = false;
      const inMs = await this.compare(channel).catch(() => WORK_RETRY_MS);
      clearTimeout(channel.timer);
      if (this.channels.get(channel.tenant.id) !== channel || inMs > STREAM_MAX_MS) continue;
      channel.timer = setTimeout(() => void this.refresh(channel), inMs).unref();
    }
  }

  /** Sends a line if an answer has changed. @returns the time until one may change by itself */
  private async compare(channel: Channel): Promise<number> {
    const { tenant } = channel;
    const { cached } = await runAs({ tenant }, () => this.cache.find(TIMELINE, timelineLoad(this.clock)));
    const nowMs = this.clock.now();
    let boundaryMs = Infinity;
    const tags = Object.fromEntries(
      Object.entries(PATHS).map(([name, path]) => {
        const ready = cached.answer(path, tenant).at(nowMs);
        boundaryMs = Math.min(boundaryMs, ready?.boundaryMs ?? Infinity);
        return [name, ready?.etag ?? ''];
      }),
    ) as Tags;
    const id = createHash('sha256').update(Object.values(tags).join(' ')).digest('base64url').slice(0, 22);
    if (channel.last?.id !== id) send(channel, lineOf((channel.last = { id, tags })));
    return Math.max(STREAM_PAUSE_MS, boundaryMs - nowMs);
  }
}

function lineOf({ id, tags }: { id: string; tags: Tags }): string {
  return `id: ${id}\nevent: changed\ndata: ${JSON.stringify(tags)}\n\n`;
}

function send({ streams }: Channel, text: string): void {
  for (const response of streams)
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
    else response.write(text);
}

function endAll({ streams }: Channel): void {
  for (const response of streams) response.end();
}

import type { OutgoingHttpHeaders } from 'node:http';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Read } from '../auth/access.js';
import { RequestObserver } from '../observability/request-observer.js';
import { ApiProblem } from '../problem/api-problem.js';
import { PRIVATE } from '../representation/cache-control.js';
import { TenantRoutes } from '../representation/routes.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import { TimelineStreams } from './timeline-streams.js';

const SAMPLE = 'id: 6wY7pLZk1x0f8bJm2rQ4uV\nevent: changed\ndata: {"timeline":"…","campaigns":"…","events":"…"}\n\n';

@Controller('timeline')
@TenantRoutes()
export class StreamController {
  constructor(
    private readonly streams: TimelineStreams,
    private readonly observer: RequestObserver,
  ) {}

  /**
   * A line whenever something the public sees has changed
   * @remarks Server-sent events, for screens and back ends. A line has the tags of `/timeline`, `/campaign-events/live` and
   * `/events/live`: fetch those that differ from yours. Who connects again sends the id of its last line, and misses nothing.
   */
  @ApiTags('live')
  @Get('stream')
  @Read()
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The id of the last line you have seen: while it is right, none is sent',
  })
  @ApiProblem(503, 'This pod takes no more streams just now', 'streams-full')
  @ApiOkResponse({
    description: 'An endless answer',
    content: { 'text/event-stream': { schema: { type: 'string', example: SAMPLE } } },
  })
  async stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const tenant = currentTenant();
    this.streams.requirePlace(tenant);
    const { 'last-event-id': lastId, authorization } = request.headers;
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as OutgoingHttpHeaders),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': authorization === undefined ? 'no-store' : PRIVATE,
      'x-accel-buffering': 'no',
    });
    this.observer.headSent(request, reply.raw);
    if (request.method === 'HEAD') reply.raw.end();
    else await this.streams.open(tenant, reply.raw, [lastId].flat()[0]);
  }
}

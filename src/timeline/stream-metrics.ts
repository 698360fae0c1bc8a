import { Injectable } from '@nestjs/common';
import { PullRegistry } from '../meter/pull-registry.js';
import { TimelineStreams } from './timeline-streams.js';

@Injectable()
export class StreamMetrics {
  constructor(registry: PullRegistry, streams: TimelineStreams) {
    registry.gauge('atrium_streams', 'Open streams of server-sent events', () => streams.count);
  }
}

import { LIVE_TAG } from '../schedule/live-tag.js';
import { ScheduleModule } from '../schedule/schedule.module.js';
import { Feature } from '../tenancy/feature.js';
import { StreamController } from './stream.controller.js';
import { StreamMetrics } from './stream-metrics.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineStreams } from './timeline-streams.js';
import { TimelineService } from './timeline.service.js';

@Feature({
  tags: [LIVE_TAG, { name: 'centre', description: 'The shopping centre that is asked' }],
  imports: [ScheduleModule],
  controllers: [TimelineController, StreamController],
  providers: [TimelineService, TimelineStreams, StreamMetrics],
})
export class TimelineModule {}

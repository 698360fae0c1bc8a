import { LIVE_TAG } from '../schedule/live-tag.js';
import { ScheduleModule } from '../schedule/schedule.module.js';
import { Feature } from '../tenancy/feature.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineService } from './timeline.service.js';

@Feature({
  tags: [LIVE_TAG, { name: 'centre', description: 'The shopping centre that is asked' }],
  imports: [ScheduleModule],
  controllers: [TimelineController],
  providers: [TimelineService],
})
export class TimelineModule {}

import { LIVE_TAG } from '../schedule/live-tag.js';
import { Feature } from '../tenancy/feature.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineService } from './timeline.service.js';

@Feature({ tags: [LIVE_TAG], controllers: [TimelineController], providers: [TimelineService] })
export class TimelineModule {}

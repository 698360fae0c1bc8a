import { ScheduleModule } from '../schedule/schedule.module.js';
import { LIVE_TAG } from '../schedule/live-tag.js';
import { Feature } from '../tenancy/feature.js';
import { EventController } from './event.controller.js';
import { Event } from './event.entity.js';
import { EventService } from './event.service.js';

@Feature({
  tags: [LIVE_TAG, { name: 'events', description: 'What happens within a campaign, such as one discount phase' }],
  tables: [{ entity: Event, row: 'event', rows: 'events', also: ['revision'], isResource: true }],
  imports: [ScheduleModule],
  controllers: [EventController],
  providers: [EventService],
})
export class EventModule {}

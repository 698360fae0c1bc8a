import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Read } from '../auth/access.js';
import { TakesMoment, TenantRoutes } from '../representation/routes.js';
import { MomentQuery } from '../schedule/moment.dto.js';
import { Centre, Timeline } from './timeline.dto.js';
import { TimelineService } from './timeline.service.js';

@Controller()
@TenantRoutes()
export class TimelineController {
  constructor(private readonly timelines: TimelineService) {}

  /**
   * All that shoppers see and that has not ended
   * @remarks For apps that compute what is live by themselves: it holds periods, not states, and changes only when somebody
   * writes, something appears or something has ended.
   */
  @ApiTags('live')
  @Get('timeline')
  @Read()
  @TakesMoment()
  @ApiOkResponse({ type: Timeline, description: 'Campaigns with their events, by their start' })
  timeline(@Query() moment: MomentQuery) {
    return this.timelines.timeline(moment);
  }

  /** The shopping centre that is asked */
  @ApiTags('centre')
  @Get('tenant')
  @Read()
  @ApiOkResponse({ type: Centre, description: 'Its name, time zone and languages' })
  tenant() {
    return this.timelines.tenant();
  }
}

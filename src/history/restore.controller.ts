import { Controller, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/access.js';
import { CampaignWithEvents, EventsQuery } from '../campaign/campaign.dto.js';
import { Event } from '../event/event.entity.js';
import { Id } from '../http/identifier.js';
import { Restores } from './restores.decorator.js';
import { TenantRoutes } from '../representation/routes.js';
import { RestoreService } from './restore.service.js';

@Controller()
@TenantRoutes()
export class RestoreController {
  constructor(private readonly restores: RestoreService) {}

  /**
   * Bring a deleted campaign back
   * @remarks It comes back under its id, with the events that were deleted with it. Those that were deleted before it
   * stay so.
   */
  @ApiTags('campaigns')
  @Post('campaign-events/:id/restore')
  @HttpCode(200)
  @Roles('editor')
  @Restores()
  @ApiOkResponse({ type: CampaignWithEvents, description: 'The campaign, with the events that came back with it' })
  campaign(@Id() id: number, @Query() { events }: EventsQuery) {
    return this.restores.campaign(id, events);
  }

  /**
   * Bring a deleted event back
   * @remarks It comes back under its id, in its campaign.
   */
  @ApiTags('events')
  @Post('events/:id/restore')
  @HttpCode(200)
  @Roles('editor')
  @Restores('campaign-deleted')
  @ApiOkResponse({ type: Event, description: 'The event' })
  event(@Id() id: number, @Query() { events }: EventsQuery) {
    return this.restores.event(id, events);
  }
}

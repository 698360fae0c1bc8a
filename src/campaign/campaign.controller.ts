import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Read, Roles } from '../auth/access.js';
import { ApiProblem } from '../problem/api-problem.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import {
  BAD_FIELDS,
  ChangesRow,
  ReadsRow,
  TakesBody,
  TakesMoment,
  TakesQuery,
  TenantRoutes,
} from '../representation/routes.js';
import { Id } from '../http/identifier.js';
import { IfMatch, type Precondition } from '../representation/precondition.js';
import { MomentQuery } from '../schedule/moment.dto.js';
import { PageQuery, pageOf } from '../schedule/page.dto.js';
import {
  CampaignWithEvents,
  CopyCampaign,
  CreateCampaign,
  EventsQuery,
  ReplaceCampaign,
  UpdateCampaign,
} from './campaign.dto.js';
import { Campaign } from './campaign.entity.js';
import { CampaignService } from './campaign.service.js';

@ApiTags('campaigns')
@Controller('campaign-events')
@TenantRoutes()
export class CampaignController {
  constructor(private readonly campaigns: CampaignService) {}

  /** The campaigns that are live now */
  @ApiTags('live')
  @Get('live')
  @Read()
  @TakesMoment()
  @ApiOkResponse({ type: [Campaign], description: 'Every campaign that is live at this moment' })
  live(@Query() moment: MomentQuery) {
    return this.campaigns.live(moment);
  }

  /** Find campaigns */
  @Get()
  @Read()
  @TakesQuery('cursor-invalid')
  @TakesMoment()
  @ApiOkResponse({ type: pageOf(Campaign), description: 'The campaigns found; next leads to more' })
  page(@Query() query: PageQuery) {
    return this.campaigns.page(query);
  }

  /** Look at one campaign */
  @Get(':id')
  @Read()
  @ReadsRow()
  @TakesMoment()
  @ApiOkResponse({ type: Campaign, description: 'The campaign' })
  find(@Id() id: number, @Query() moment: MomentQuery) {
    return this.campaigns.find(id, moment);
  }

  /**
   * Plan a campaign
   * @remarks Its events can be given along: all are created, or nothing is.
   */
  @Post()
  @Roles('editor')
  @Idempotent()
  @TakesBody()
  @ApiCreatedResponse({
    type: CampaignWithEvents,
    description: 'The campaign as it was created, with its id; its events with theirs, when some were given',
  })
  create(@Body() body: CreateCampaign) {
    return this.campaigns.create(body);
  }

  /**
   * Plan a campaign again at another date
   * @remarks The copy is a draft unless `status` says otherwise. Its end, its `visibleFrom` and its events keep their
   * distance to the start, by the clock of the shopping centre; the events keep their status.
   */
  @Post(':id/copies')
  @Roles('editor')
  @Idempotent()
  @ReadsRow()
  @TakesQuery()
  @TakesBody()
  @ApiProblem(422, BAD_FIELDS, 'events-outside')
  @ApiCreatedResponse({ type: CampaignWithEvents, description: 'The copy, with its events' })
  copy(@Id() id: number, @Query() { events }: EventsQuery, @Body() body: CopyCampaign) {
    return this.campaigns.copy(id, body, events);
  }

  /** Give a campaign a new name and period */
  @Put(':id')
  @Roles('editor')
  @ChangesRow()
  @TakesQuery()
  @TakesBody()
  @ApiProblem(422, BAD_FIELDS, 'events-outside')
  @ApiOkResponse({ type: Campaign, description: 'The campaign as it is now' })
  replace(
    @Id() id: number,
    @IfMatch() precondition: Precondition,
    @Query() { events }: EventsQuery,
    @Body() body: ReplaceCampaign,
  ) {
    return this.campaigns.change('replace', id, precondition, body, events);
  }

  /**
   * Change some of a campaign
   * @remarks Give only the fields that change. To end a campaign now, give it an `endDate` of this moment; `events` says
   * what becomes of events that would last longer.
   */
  @Patch(':id')
  @Roles('editor')
  @ChangesRow()
  @TakesQuery()
  @TakesBody('application/json', 'application/merge-patch+json')
  @ApiProblem(422, BAD_FIELDS, 'events-outside')
  @ApiOkResponse({ type: Campaign, description: 'The campaign as it is now' })
  update(
    @Id() id: number,
    @IfMatch() precondition: Precondition,
    @Query() { events }: EventsQuery,
    @Body() body: UpdateCampaign,
  ) {
    return this.campaigns.change('update', id, precondition, body, events);
  }

  /** Delete a campaign and its events */
  @Delete(':id')
  @Roles('editor')
  @HttpCode(204)
  @ChangesRow()
  @ApiNoContentResponse({ description: 'It is gone, and its events with it' })
  delete(@Id() id: number, @IfMatch() precondition: Precondition) {
    return this.campaigns.delete(id, precondition);
  }
}

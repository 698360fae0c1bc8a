import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Read, Roles } from '../auth/access.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { ChangesRow, ReadsRow, TakesBody, TakesMoment, TakesQuery, TenantRoutes } from '../representation/routes.js';
import { Id } from '../http/identifier.js';
import { IfMatch, type Precondition } from '../representation/precondition.js';
import { MomentQuery } from '../schedule/moment.dto.js';
import { PageQuery, pageOf } from '../schedule/page.dto.js';
import { CampaignWithEvents, CreateCampaign, ReplaceCampaign, UpdateCampaign } from './campaign.dto.js';
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

  /** Give a campaign a new name and period */
  @Put(':id')
  @Roles('editor')
  @ChangesRow()
  @TakesBody()
  @ApiOkResponse({ type: Campaign, description: 'The campaign as it is now' })
  replace(@Id() id: number, @IfMatch() precondition: Precondition, @Body() body: ReplaceCampaign) {
    return this.campaigns.change('replace', id, precondition, body);
  }

  /**
   * Change some of a campaign
   * @remarks Give only the fields that change. To end a campaign now, give it an `endDate` of this moment.
   */
  @Patch(':id')
  @Roles('editor')
  @ChangesRow()
  @TakesBody('application/json', 'application/merge-patch+json')
  @ApiOkResponse({ type: Campaign, description: 'The campaign as it is now' })
  update(@Id() id: number, @IfMatch() precondition: Precondition, @Body() body: UpdateCampaign) {
    return this.campaigns.change('update', id, precondition, body);
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

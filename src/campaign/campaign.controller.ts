import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Read, Roles } from '../auth/access.js';
import { ChangesRow, CreatesRow, ReadsRow, TakesBody, TenantRoutes } from '../representation/routes.js';
import { Id } from '../representation/identifier.js';
import { IfMatch, type Precondition } from '../representation/precondition.js';
import { PageQuery, pageOf } from '../schedule/page.dto.js';
import { CreateCampaign, ReplaceCampaign, UpdateCampaign } from './campaign.dto.js';
import { Campaign } from './campaign.entity.js';
import { CampaignService } from './campaign.service.js';

@ApiTags('campaigns')
@Controller('campaign-events')
@TenantRoutes()
export class CampaignController {
  constructor(private readonly campaigns: CampaignService) {}

  /** Every campaign that is live now */
  @Get('live')
  @Read()
  @ApiOkResponse({ type: [Campaign] })
  live() {
    return this.campaigns.live();
  }

  /** Campaigns, page by page */
  @Get()
  @Read()
  @ApiOkResponse({ type: pageOf(Campaign) })
  page(@Query() query: PageQuery) {
    return this.campaigns.page(query);
  }

  /** One campaign */
  @Get(':id')
  @Read()
  @ReadsRow()
  @ApiOkResponse({ type: Campaign })
  find(@Id() id: number) {
    return this.campaigns.find(id);
  }

  /** Create a campaign, with its events if you like */
  @Post()
  @Roles('editor')
  @CreatesRow()
  @ApiCreatedResponse({ type: Campaign })
  create(@Body() body: CreateCampaign) {
    return this.campaigns.create(body);
  }

  /** Replace a campaign's name and period */
  @Put(':id')
  @Roles('editor')
  @ChangesRow()
  @TakesBody()
  @ApiOkResponse({ type: Campaign })
  replace(@Id() id: number, @IfMatch() precondition: Precondition, @Body() body: ReplaceCampaign) {
    return this.campaigns.change('replace', id, precondition, body);
  }

  /** Change the fields given of a campaign */
  @Patch(':id')
  @Roles('editor')
  @ChangesRow()
  @TakesBody('application/json', 'application/merge-patch+json')
  @ApiOkResponse({ type: Campaign })
  update(@Id() id: number, @IfMatch() precondition: Precondition, @Body() body: UpdateCampaign) {
    return this.campaigns.change('update', id, precondition, body);
  }

  /** Delete a campaign and its events */
  @Delete(':id')
  @Roles('editor')
  @HttpCode(204)
  @ChangesRow()
  @ApiNoContentResponse()
  delete(@Id() id: number, @IfMatch() precondition: Precondition) {
    return this.campaigns.delete(id, precondition);
  }
}

import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Read, Roles } from '../auth/access.js';
import { ChangesRow, CreatesRow, ReadsRow, TakesBody, TenantRoutes } from '../representation/routes.js';
import { Id } from '../representation/identifier.js';
import { IfMatch, type Precondition } from '../representation/precondition.js';
import { pageOf } from '../schedule/page.dto.js';
import { CreateEvent, EventPageQuery, ReplaceEvent, UpdateEvent } from './event.dto.js';
import { Event } from './event.entity.js';
import { EventService } from './event.service.js';

@ApiTags('events')
@Controller()
@TenantRoutes()
export class EventController {
  constructor(private readonly events: EventService) {}

  /** Every event that is live now */
  @Get('events/live')
  @Read()
  @ApiOkResponse({ type: [Event] })
  live() {
    return this.events.live();
  }

  /** Events, page by page */
  @Get('events')
  @Read()
  @ApiOkResponse({ type: pageOf(Event) })
  page(@Query() query: EventPageQuery) {
    return this.events.page(query);
  }

  /** The events of one campaign */
  @Get('campaign-events/:id/events')
  @Read()
  @ReadsRow()
  @ApiOkResponse({ type: [Event] })
  ofCampaign(@Id() id: number) {
    return this.events.ofCampaign(id);
  }

  /** One event */
  @Get('events/:id')
  @Read()
  @ReadsRow()
  @ApiOkResponse({ type: Event })
  find(@Id() id: number) {
    return this.events.find(id);
  }

  /** Create an event within a campaign's period */
  @Post('events')
  @Roles('editor')
  @CreatesRow()
  @ApiCreatedResponse({ type: Event })
  create(@Body() body: CreateEvent) {
    return this.events.create(body);
  }

  /** Replace an event's name and period */
  @Put('events/:id')
  @Roles('editor')
  @ChangesRow()
  @TakesBody()
  @ApiOkResponse({ type: Event })
  replace(@Id() id: number, @IfMatch() precondition: Precondition, @Body() body: ReplaceEvent) {
    return this.events.change('replace', id, precondition, body);
  }

  /** Change the fields given of an event */
  @Patch('events/:id')
  @Roles('editor')
  @ChangesRow()
  @TakesBody('application/json', 'application/merge-patch+json')
  @ApiOkResponse({ type: Event })
  update(@Id() id: number, @IfMatch() precondition: Precondition, @Body() body: UpdateEvent) {
    return this.events.change('update', id, precondition, body);
  }

  /** Delete an event */
  @Delete('events/:id')
  @Roles('editor')
  @HttpCode(204)
  @ChangesRow()
  @ApiNoContentResponse()
  delete(@Id() id: number, @IfMatch() precondition: Precondition) {
    return this.events.delete(id, precondition);
  }
}

import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Read, Roles } from '../auth/access.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { ApiProblem } from '../problem/api-problem.js';
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
import { pageOf } from '../schedule/page.dto.js';
import { CreateEvent, EventPageQuery, ReplaceEvent, UpdateEvent } from './event.dto.js';
import { Event } from './event.entity.js';
import { EventService } from './event.service.js';

@ApiTags('events')
@Controller()
@TenantRoutes()
export class EventController {
  constructor(private readonly events: EventService) {}

  /**
   * The events that are live now
   * @remarks An event is live while its campaign is live too.
   */
  @ApiTags('live')
  @Get('events/live')
  @Read()
  @TakesMoment()
  @ApiOkResponse({ type: [Event], description: 'Every event that is live at this moment' })
  live(@Query() moment: MomentQuery) {
    return this.events.live(moment);
  }

  /** Find events */
  @Get('events')
  @Read()
  @TakesQuery('cursor-invalid')
  @TakesMoment()
  @ApiOkResponse({ type: pageOf(Event), description: 'The events found; next leads to more' })
  page(@Query() query: EventPageQuery) {
    return this.events.page(query);
  }

  /** The events of one campaign */
  @Get('campaign-events/:id/events')
  @Read()
  @ReadsRow()
  @TakesMoment()
  @ApiOkResponse({ type: [Event], description: 'All its events, by their start' })
  ofCampaign(@Id() id: number, @Query() moment: MomentQuery) {
    return this.events.ofCampaign(id, moment);
  }

  /** Look at one event */
  @Get('events/:id')
  @Read()
  @ReadsRow()
  @TakesMoment()
  @ApiOkResponse({ type: Event, description: 'The event' })
  find(@Id() id: number, @Query() moment: MomentQuery) {
    return this.events.find(id, moment);
  }

  /**
   * Plan an event within a campaign
   * @remarks It starts and ends within the campaign's period.
   */
  @Post('events')
  @Roles('editor')
  @Idempotent()
  @TakesBody()
  @ApiProblem(422, BAD_FIELDS, 'campaign-event-unknown')
  @ApiCreatedResponse({ type: Event, description: 'The event as it was created, with its id' })
  create(@Body() body: CreateEvent) {
    return this.events.create(body);
  }

  /** Give an event a new name and period */
  @Put('events/:id')
  @Roles('editor')
  @ChangesRow()
  @TakesBody()
  @ApiOkResponse({ type: Event, description: 'The event as it is now' })
  @ApiProblem(422, BAD_FIELDS, 'campaign-event-unknown')
  replace(@Id() id: number, @IfMatch() precondition: Precondition, @Body() body: ReplaceEvent) {
    return this.events.change('replace', id, precondition, body);
  }

  /**
   * Change some of an event
   * @remarks Give only the fields that change.
   */
  @Patch('events/:id')
  @Roles('editor')
  @ChangesRow()
  @TakesBody('application/json', 'application/merge-patch+json')
  @ApiOkResponse({ type: Event, description: 'The event as it is now' })
  @ApiProblem(422, BAD_FIELDS, 'campaign-event-unknown')
  update(@Id() id: number, @IfMatch() precondition: Precondition, @Body() body: UpdateEvent) {
    return this.events.change('update', id, precondition, body);
  }

  /** Delete an event */
  @Delete('events/:id')
  @Roles('editor')
  @HttpCode(204)
  @ChangesRow()
  @ApiNoContentResponse({ description: 'It is gone' })
  delete(@Id() id: number, @IfMatch() precondition: Precondition) {
    return this.events.delete(id, precondition);
  }
}

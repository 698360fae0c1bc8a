import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { InputOf } from '../field/input.js';
import { digits, MAX_ID } from '../http/identifier.js';
import { PageQuery } from '../schedule/page.dto.js';
import type { Given } from '../schedule/scheduled.entity.js';
import { Event } from './event.entity.js';

export class CreateEvent extends InputOf<Given<Event> & Pick<Event, 'campaignEventId'>>(Event, 'create') {}

export class ReplaceEvent extends InputOf<Given<Event>>(Event, 'replace') {}

export class UpdateEvent extends InputOf<Partial<Given<Event>>>(Event, 'update') {}

const CAMPAIGN_ID = `takes the id of a campaign, 0 to ${MAX_ID}`;

export class EventPageQuery extends PageQuery {
  /** Only events of this campaign */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: MAX_ID, required: false })
  @IsOptional()
  @Transform(digits)
  @IsInt({ message: CAMPAIGN_ID })
  @Min(0, { message: CAMPAIGN_ID })
  @Max(MAX_ID, { message: CAMPAIGN_ID })
  campaignEventId?: number;
}

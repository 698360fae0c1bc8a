import { ApiProperty, IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { digits, MAX_ID } from '../http/identifier.js';
import { PageQuery } from '../schedule/page.dto.js';
import { ScheduledInput } from '../schedule/scheduled.dto.js';
import { Event } from './event.entity.js';

class CampaignOfEvent extends PickType(Event, ['campaignEventId']) {}

export class CreateEvent extends IntersectionType(ScheduledInput, CampaignOfEvent) {}

/** Without campaignEventId the event stays with its campaign. */
export class ReplaceEvent extends IntersectionType(
  ScheduledInput,
  PartialType(CampaignOfEvent, { skipNullProperties: false }),
) {}

export class UpdateEvent extends PartialType(CreateEvent, { skipNullProperties: false }) {}

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

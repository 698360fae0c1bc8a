import type { Type as ClassType } from '@nestjs/common';
import { ApiProperty, IntersectionType, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsObject, IsOptional, ValidateIf, ValidateNested } from 'class-validator';
import { entityNamed } from '../database/entity-named.js';
import { InputOf } from '../field/input.js';
import { EVENT } from '../schedule/entity-names.js';
import type { Given, Scheduled } from '../schedule/scheduled.entity.js';
import { Campaign } from './campaign.entity.js';
import { EVENTS_RULES, type EventsRule } from './events-rule.js';

const MAX_EVENTS = 100;

export class ReplaceCampaign extends InputOf<Given<Campaign>>(Campaign, 'replace') {
  // The examples leave no event of the demo's campaign 0 outside.
  @ApiProperty({ type: String, example: '2025/12/01 00:00' })
  declare startDate: Date;

  @ApiProperty({ type: String, example: '2036/01/31 23:59' })
  declare endDate: Date;
}

export class UpdateCampaign extends InputOf<Partial<Given<Campaign>>>(Campaign, 'update') {}

/** The query of a change that may leave events outside of their campaign. */
export class EventsQuery {
  /**
   * What becomes of events that would lie outside the campaign. Without it, such a change is refused. shift: all its
   * events move with its start, by the clock of the shopping centre; trim: they are cut to its period, and cancelled where
   * they lie wholly outside; keep: they stay as they are
   */
  @ApiProperty({ enum: EVENTS_RULES, required: false })
  @IsOptional()
  @IsIn(EVENTS_RULES, { message: `takes one of ${EVENTS_RULES.join(', ')}` })
  events?: EventsRule;
}

export class CreateCampaign extends InputOf<Given<Campaign>>(Campaign, 'create') {
  @ApiProperty({
    type: () => [nestedEvent()],
    required: false,
    maxItems: MAX_EVENTS,
    description: 'Events to create with it, each within its period',
    example: [{ name: 'Early access', startDate: '2030/11/22 00:00', endDate: '2030/11/24 23:59' }],
  })
  @ValidateIf((_, events) => events !== undefined)
  @ValidateNested({ each: true, message: 'must hold objects' })
  @IsObject({ each: true, message: 'must hold objects' })
  @ArrayMaxSize(MAX_EVENTS, { message: `must have at most ${MAX_EVENTS} events` })
  @IsArray({ message: 'must be an array' })
  @Type(() => nestedEvent())
  declare events?: Given<Scheduled>[];
}

/** The start of a copy, and what differs in it from the original. */
export class CopyCampaign extends IntersectionType(
  PickType(CreateCampaign, ['startDate']),
  PickType(UpdateCampaign, ['name', 'status']),
) {}

/** The answer to a POST that brought events: the campaign with them. */
export class CampaignWithEvents extends Campaign {
  /** By their start, those of a POST as they were given. */
  @ApiProperty({ type: () => [entityNamed(EVENT)], required: false })
  events?: Scheduled[];
}

let nested: ClassType<Given<Scheduled>> | undefined;

/** An event within the body of its campaign. Made on first use, when the entity of events is loaded. */
function nestedEvent(): ClassType<Given<Scheduled>> {
  nested ??= class NestedEvent extends (
    InputOf<Given<Scheduled>>(entityNamed(EVENT) as ClassType<Given<Scheduled>>, 'create', ['campaignEventId'])
  ) {};
  return nested;
}

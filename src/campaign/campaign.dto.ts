import type { Type as ClassType } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsObject, ValidateIf, ValidateNested } from 'class-validator';
import { entityNamed } from '../database/entity-named.js';
import { InputOf } from '../field/input.js';
import { EVENT } from '../schedule/entity-names.js';
import type { Given, Scheduled } from '../schedule/scheduled.entity.js';
import { Campaign } from './campaign.entity.js';

const MAX_EVENTS = 100;

export class ReplaceCampaign extends InputOf<Given<Campaign>>(Campaign, 'replace') {}

export class UpdateCampaign extends InputOf<Partial<Given<Campaign>>>(Campaign, 'update') {}

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

import { ApiProperty, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsObject, ValidateIf, ValidateNested } from 'class-validator';
import { ScheduledInput } from '../schedule/scheduled.dto.js';

const MAX_EVENTS = 100;

export class ReplaceCampaign extends ScheduledInput {}

export class UpdateCampaign extends PartialType(ScheduledInput, { skipNullProperties: false }) {}

export class CreateCampaign extends ScheduledInput {
  @ApiProperty({
    type: [ScheduledInput],
    required: false,
    maxItems: MAX_EVENTS,
    description: 'Events to create with it, each within its period',
    example: [{ name: 'Early access', startDate: '2030/11/22 00:00:00', endDate: '2030/11/24 23:59:59' }],
  })
  @ValidateIf((_, events) => events !== undefined)
  @ValidateNested({ each: true, message: 'must hold objects' })
  @IsObject({ each: true, message: 'must hold objects' })
  @ArrayMaxSize(MAX_EVENTS, { message: `must have at most ${MAX_EVENTS} events` })
  @IsArray({ message: 'must be an array' })
  @Type(() => ScheduledInput)
  events?: ScheduledInput[];
}

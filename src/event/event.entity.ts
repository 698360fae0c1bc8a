import { ApiHideProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { Column, Entity, JoinColumn, ManyToOne } from 'typeorm';
import { Campaign } from '../campaign/campaign.entity.js';
import { Field } from '../field/field.js';
import { digits, MAX_ID } from '../http/identifier.js';
import { Scheduled } from '../schedule/scheduled.entity.js';

const CAMPAIGN_ID = { message: `must be the id of a campaign, a whole number from 0 to ${MAX_ID}` };

/** An event of a campaign, such as one discount phase of Black Friday. */
@Entity('Events')
export class Event extends Scheduled {
  /** The campaign it is part of. */
  @Field({
    api: { type: 'integer', minimum: 0, maximum: MAX_ID, example: 0 },
    input: {
      rules: [Transform(digits), IsInt(CAMPAIGN_ID), Min(0, CAMPAIGN_ID), Max(MAX_ID, CAMPAIGN_ID)],
      isKeptByPut: true,
    },
  })
  @Column('int', { name: 'EventCampaignId' })
  campaignEventId: number;

  @ApiHideProperty()
  @ManyToOne(() => Campaign, 'events', { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'EventCampaignId' })
  campaign?: Campaign;
}

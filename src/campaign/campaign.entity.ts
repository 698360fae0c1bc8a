import { Entity, OneToMany } from 'typeorm';
import { ApiHideProperty } from '@nestjs/swagger';
import { Scheduled } from '../schedule/scheduled.entity.js';

/** A campaign, such as Black Friday: the period in which its events take place. */
@Entity('EventCampaigns')
export class Campaign extends Scheduled {
  /** Its events, when they were asked for: named by text, so that campaigns need not know what an event is. */
  @ApiHideProperty()
  @OneToMany('Event', 'campaign')
  events?: Scheduled[];
}

import { Entity } from 'typeorm';
import { Scheduled } from '../schedule/scheduled.entity.js';

/** A campaign, such as Black Friday: the period in which its events take place. */
@Entity('EventCampaigns')
export class Campaign extends Scheduled {}

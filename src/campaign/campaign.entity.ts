import { Entity } from 'typeorm';
import { Scheduled } from '../schedule/scheduled.entity.js';

/** The entity of a campaign's events, named by text: a campaign need not know what an event is. */
export const EVENT = 'Event';

/** A campaign, such as Black Friday: the period in which its events take place. */
@Entity('EventCampaigns')
export class Campaign extends Scheduled {}

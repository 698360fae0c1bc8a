import { ApiProperty, PickType } from '@nestjs/swagger';
import { Campaign } from '../campaign/campaign.entity.js';
import { Tenant } from '../catalogue/tenant.entity.js';
import { Event } from '../event/event.entity.js';

/** A shopping centre, for its app. */
export class Centre extends PickType(Tenant, ['id', 'name', 'timeZone', 'languages']) {}

/** A campaign with those of its events that are seen and have not ended. */
export class TimelineCampaign extends Campaign {
  @ApiProperty({ type: [Event] })
  events: Event[];
}

/** All that the public sees and that has not ended. */
export class Timeline extends PickType(Tenant, ['timeZone', 'languages']) {
  @ApiProperty({ type: [TimelineCampaign] })
  campaigns: TimelineCampaign[];
}

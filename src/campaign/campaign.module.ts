import { ScheduleModule } from '../schedule/schedule.module.js';
import { LIVE_TAG } from '../schedule/live-tag.js';
import { Feature } from '../tenancy/feature.js';
import { CampaignController } from './campaign.controller.js';
import { Campaign } from './campaign.entity.js';
import { CampaignService } from './campaign.service.js';

@Feature({
  tags: [
    LIVE_TAG,
    { name: 'campaigns', description: 'Periods such as Black Friday: look them up, plan them, change them' },
  ],
  tables: [{ entity: Campaign, row: 'campaign', rows: 'campaigns', also: ['revision'], isResource: true }],
  imports: [ScheduleModule],
  controllers: [CampaignController],
  providers: [CampaignService],
  exports: [CampaignService],
})
export class CampaignModule {}

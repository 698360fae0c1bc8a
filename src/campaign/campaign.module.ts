import { Module } from '@nestjs/common';
import { PageReader } from '../schedule/page-reader.js';
import { CampaignController } from './campaign.controller.js';
import { CampaignService } from './campaign.service.js';

@Module({ controllers: [CampaignController], providers: [CampaignService, PageReader], exports: [CampaignService] })
export class CampaignModule {}

import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import type { CreateCampaign } from '../campaign/campaign.dto.js';
import { CampaignService } from '../campaign/campaign.service.js';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { runAs } from '../tenancy/tenant-context.js';
import { CENTRES, type Plan } from './demo-plans.js';

/** Two shopping centres to try Atrium on, with campaigns past, live and coming. */
@Injectable()
export class DemoService implements OnApplicationBootstrap {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly catalogue: Catalogue,
    private readonly campaigns: CampaignService,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!(this.config.demo ?? this.catalogue.list().length === 0)) return;
    for (const { tenant: seed, plans } of CENTRES) {
      if (this.catalogue.find(seed.id)) continue;
      const tenant = await this.catalogue.ensure(seed);
      await runAs({ tenant, actor: 'demo' }, async () => {
        for (const campaign of [ALWAYS_ON, ...plans.map((plan) => this.schedule(plan, seed.timeZone))])
          await this.campaigns.create(campaign);
      });
    }
  }

  private schedule({ events, ...plan }: Plan, timeZone: string): CreateCampaign {
    return { ...this.dated(plan, timeZone), events: events?.map((event) => this.dated(event, timeZone)) };
  }

  private dated({ days: [first, last], visibleFrom, ...fields }: Omit<Plan, 'events'>, timeZone: string) {
    const today = Temporal.Instant.fromEpochMilliseconds(this.clock.now()).toZonedDateTimeISO(timeZone).startOfDay();
    const dateOf = (days: number, ms = 0) => new Date(today.add({ days }).epochMilliseconds + ms);
    const seen = visibleFrom === undefined ? {} : { visibleFrom: dateOf(visibleFrom) };
    return { ...fields, ...seen, startDate: dateOf(first), endDate: dateOf(last + 1, -1) };
  }
}

// Campaign 0 and event 0, which the examples of the documentation name: never over, and wide enough for their dates.
const ALWAYS_ON: CreateCampaign = {
  name: 'Loyalty Club',
  description: 'A point for every euro or dollar. Ask for your card at the information desk.',
  tags: ['members'],
  translations: {
    de: { name: 'Treueklub', description: 'Ein Punkt für jeden Euro. Die Karte gibt es an der Information.' },
    es: { name: 'Club de fidelidad' },
  },
  startDate: new Date('2026-01-01T00:00:00Z'),
  endDate: new Date('2035-12-31T23:59:59.999Z'),
  events: [
    {
      name: 'Double points',
      startDate: new Date('2026-01-01T00:00:00Z'),
      endDate: new Date('2035-12-31T23:59:59Z'),
      tags: ['members'],
      translations: { de: { name: 'Doppelte Punkte' }, es: { name: 'Puntos dobles' } },
    },
  ],
};

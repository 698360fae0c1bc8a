import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import type { CreateCampaign } from '../campaign/campaign.dto.js';
import { CampaignService } from '../campaign/campaign.service.js';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { type TenantSeed } from '../config/tenant-seed.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { runAs } from '../tenancy/tenant-context.js';

/** Days from today, at the shopping centre: from the first moment of one to the last of the other. */
type Days = [first: number, last: number];

interface Plan {
  name: string;
  days: Days;
  events?: { name: string; days: Days }[];
}

const BLACK_FRIDAY: Plan = {
  name: 'Black Friday',
  days: [-2, 4],
  events: [
    { name: 'Early access: 20 % off', days: [-2, -1] },
    { name: 'Black Friday: 40 % off', days: [0, 1] },
    { name: 'Last chance: 60 % off', days: [2, 4] },
  ],
};

const WEBSITE_LAUNCH: Plan = {
  name: 'New Website Launch',
  days: [-1, 20],
  events: [
    { name: 'Sneak preview for members', days: [-1, 0] },
    { name: 'Launch day prize draw', days: [1, 1] },
    { name: 'Free delivery on first orders', days: [2, 20] },
  ],
};

const CENTRES: { tenant: TenantSeed; plans: Plan[] }[] = [
  {
    tenant: { id: 'riverside', name: 'Riverside Galleria', timeZone: 'Europe/Berlin' },
    plans: [
      BLACK_FRIDAY,
      { name: 'Autumn Sale', days: [-60, -40], events: [{ name: 'Coats and boots', days: [-60, -50] }] },
      { name: 'Winter Market', days: [10, 35], events: [{ name: 'Opening with a choir', days: [10, 10] }] },
    ],
  },
  {
    tenant: { id: 'sunset-plaza', name: 'Sunset Plaza', timeZone: 'America/Los_Angeles' },
    plans: [
      WEBSITE_LAUNCH,
      { name: 'Summer Closing', days: [-90, -75], events: [{ name: 'Everything must go', days: [-80, -75] }] },
      { name: 'Holiday Parade', days: [14, 30], events: [{ name: 'Tree lighting', days: [14, 14] }] },
    ],
  },
];

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
    return { ...this.period(plan, timeZone), events: events?.map((event) => this.period(event, timeZone)) };
  }

  private period({ name, days: [first, last] }: Plan, timeZone: string) {
    const today = Temporal.Instant.fromEpochMilliseconds(this.clock.now()).toZonedDateTimeISO(timeZone).startOfDay();
    const startMs = today.add({ days: first }).epochMilliseconds;
    const endMs = today.add({ days: last + 1 }).epochMilliseconds - 1;
    return { name, startDate: new Date(startMs), endDate: new Date(endMs) };
  }
}

// Campaign 0 and event 0, which the examples of the documentation name: never over, and wide enough for their dates.
const ALWAYS_ON: CreateCampaign = {
  name: 'Loyalty Club',
  startDate: new Date('2026-01-01T00:00:00Z'),
  endDate: new Date('2035-12-31T23:59:59.999Z'),
  events: [
    {
      name: 'Double points',
      startDate: new Date('2026-01-01T00:00:00Z'),
      endDate: new Date('2035-12-31T23:59:59.999Z'),
    },
  ],
};

import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Clock } from '../clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { type TenantSeed } from '../config/tenant-seed.js';
import { ENGINE, type Engine } from './engine.js';
import { Migrator } from './migrator.js';
import { migrateSchema, pendingMigrations } from './schema.migration.js';
import { Tenant } from './tenant.entity.js';
import { registerTenant } from './tenant.registration.js';

const MIGRATIONS_AT_A_TIME = 8;

/** A tenant that another process added, suspended or renamed is known here after so long. */
const REFRESH_MS = 3_000;

/** Which shopping centres there are. */
@Injectable()
export class Catalogue implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Catalogue');
  /** Whether the catalogue answered when it was last read. */
  isReachable = false;
  private known = new Map<string, Tenant>();
  private refreshing: NodeJS.Timeout | undefined;

  constructor(
    @InjectRepository(Tenant) private readonly tenants: Repository<Tenant>,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(ENGINE) private readonly engine: Engine,
    private readonly migrator: Migrator,
    private readonly clock: Clock,
  ) {}

  /** @throws Error in words when the catalogue is behind and may not be migrated here */
  async onModuleInit(): Promise<void> {
    const { dataSource } = this.tenants.manager;
    if (this.config.migrateAtStart) await migrateSchema(dataSource, this.engine);
    else if ((await pendingMigrations(dataSource)).length > 0) {
      throw new Error('the catalogue is behind. Run "atrium migrate" first, or set DATABASE_MIGRATE=true.');
    }
    for (const seed of this.config.tenants) await this.ensure(seed);
    await this.refresh();
    if (this.config.migrateAtStart) await this.migrateAll();
    this.refreshing = setInterval(() => void this.refresh().catch(() => undefined), REFRESH_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.refreshing);
  }

  find(id: string): Tenant | undefined {
    return this.known.get(id);
  }

  list(): Tenant[] {
    return [...this.known.values()];
  }

  /** Adds a shopping centre unless there is one of that id. */
  async ensure(seed: TenantSeed): Promise<Tenant> {
    const tenant = this.known.get(seed.id) ?? (await registerTenant(this.tenants, seed, new Date(this.clock.now())));
    this.known.set(tenant.id, tenant);
    return tenant;
  }

  private async refresh(): Promise<void> {
    try {
      const tenants = await this.tenants.find();
      this.known = new Map(tenants.map((tenant) => [tenant.id, tenant]));
      this.isReachable = true;
    } catch (thrown) {
      this.isReachable = false;
      throw thrown;
    }
  }

  /** One that fails is answered 503 by itself, the others serve. */
  private async migrateAll(): Promise<void> {
    await this.migrator.migrateAll(this.list(), MIGRATIONS_AT_A_TIME, ({ tenant, failure }) => {
      if (failure) this.logger.error(`Tenant ${tenant.id} cannot be served: ${failure}`);
    });
  }
}

import { Inject, Injectable, Logger } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Catalogue } from '../catalogue/catalogue.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { differenceInWords, seedDifferences } from '../catalogue/tenant-registration.js';
import { CONFIG, type Config } from '../config/config.js';
import type { TenantSeed } from '../config/tenant-seed.js';
import { timeZoneNamed } from '../config/time-zone.js';
import { ENGINE, type Engine } from '../database/engine.js';
import { Migrator } from './migrator.js';
import { migrateSchema, pendingMigrations } from './schema-migration.js';

const MIGRATIONS_AT_A_TIME = 8;

/** Brings the catalogue and every tenant's schema up to date before the service listens. */
@Injectable()
export class StartupMigration {
  private readonly logger = new Logger('Migration');

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(getDataSourceToken()) private readonly dataSource: DataSource,
    private readonly catalogue: Catalogue,
    private readonly migrator: Migrator,
  ) {}

  /** @throws Error in words when the catalogue is behind and may not be migrated here */
  async run(): Promise<void> {
    const { migrateAtStart, tenants } = this.config;
    await prepareCatalogue(this.dataSource, this.engine, migrateAtStart);
    for (const seed of tenants) this.warnOfDifferences(seed, await this.catalogue.ensure(seed));
    await this.catalogue.refresh();
    this.warnOfTimeZones();
    if (migrateAtStart) await this.migrateTenants();
  }

  private warnOfDifferences(seed: TenantSeed, tenant: Tenant): void {
    for (const difference of seedDifferences(seed, tenant))
      this.logger.warn(`${differenceInWords(difference)}. Change the one with "atrium tenants update", or the other.`);
  }

  /** The catalogue may hold names from when more were taken. */
  private warnOfTimeZones(): void {
    for (const { id, timeZone } of this.catalogue.list())
      if (timeZoneNamed(timeZone) === undefined)
        this.logger.warn(
          `${id}: its local dates cannot be read, "${timeZone}" is no time zone of the IANA list. Give it one with "atrium tenants update ${id} --time-zone".`,
        );
  }

  /** A tenant whose migration fails is answered 503. The others are served. */
  private async migrateTenants(): Promise<void> {
    // One connection is left for the catalogue, where the results are recorded.
    const concurrency = Math.max(1, Math.min(MIGRATIONS_AT_A_TIME, this.config.databasePoolMax - 1));
    await this.migrator.migrateAll(this.catalogue.list(), concurrency, ({ tenant, failure }) => {
      if (failure) this.logger.error(`Tenant ${tenant.id} cannot be served: ${failure}`);
    });
  }
}

/** @throws Error in words when the catalogue is behind and may not be migrated here */
export async function prepareCatalogue(dataSource: DataSource, engine: Engine, mayMigrate: boolean): Promise<void> {
  if (mayMigrate) await migrateSchema(dataSource, engine);
  else if ((await pendingMigrations(dataSource, engine)).length > 0)
    throw new Error('the catalogue is behind. Run "atrium migrate" first, or set DATABASE_MIGRATE=true.');
}

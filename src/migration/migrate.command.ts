import { Command } from 'commander';
import type { DataSource } from 'typeorm';
import { platformMigrations } from '../../migrations/index.js';
import { type Config, loadConfig } from '../config/config.js';
import { wholeNumberUpTo } from '../config/whole-number.js';
import type { TenantSeed } from '../config/tenant-seed.js';
import { CATALOGUE_ENTITIES, CatalogueStore } from '../catalogue/catalogue-store.js';
import { withDataSource } from '../database/data-source.js';
import { type Engine, InUse } from '../database/engine.js';
import { withEngine } from '../database/open-engine.js';
import { Migrator } from './migrator.js';
import { MigrationReport } from './migration-report.js';
import { Progress } from './progress.js';
import { migrateSchema, pendingMigrations } from './schema-migration.js';
import { Tenant } from '../catalogue/tenant.entity.js';
import { registerTenant, type SeedDifference, seedDifferences } from '../catalogue/tenant-registration.js';

interface MigrateOptions {
  tenant?: string;
  concurrency: number;
  check?: true;
  plan?: true;
  json?: true;
}

const EXAMPLES = `
Each tenant is migrated by itself, in one transaction and under a lock of its own: you may run two of these at once, or
run a stopped one again. A tenant that fails does not stop the others.

Exit status: 0 all are up to date, 1 one failed or is behind, 2 the command or the environment is wrong.

Examples:
  atrium migrate                      bring the catalogue and all tenants up to date
  atrium migrate --plan               say what that would do
  atrium migrate --check              say who is behind, for a pipeline
  atrium migrate --tenant riverside   one tenant, after what ailed it was mended
  atrium migrate --concurrency 32 --json | jq '.failed'`;

/** `atrium migrate` */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring the catalogue and the schema of every tenant up to date')
    .option('--tenant <id>', 'this tenant only')
    .option('--concurrency <n>', 'tenants at a time, each on one connection', wholeNumberUpTo(1_000), 8)
    .option('--check', 'change nothing; exit with 1 when any tenant is behind')
    .option('--plan', 'change nothing; say what would be applied to whom')
    .option('--json', 'report as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: MigrateOptions, command: Command) => {
      const report = await (options.check || options.plan ? inspect(options, command) : migrate(options, command));
      console.log(options.json ? JSON.stringify(report.toJSON()) : report.toString());
      process.exitCode = (options.plan ? report.failed : report.wanting) ? 1 : 0;
    });
}

/** Also while a service has the embedded database. */
function inspect(options: MigrateOptions, command: Command): Promise<MigrationReport> {
  const config = loadConfig();
  return withEngine(connecting(config, options), (engine) => inspectAll(engine, options, command, config), {
    onlyReads: true,
  });
}

async function migrate(options: MigrateOptions, command: Command): Promise<MigrationReport> {
  const config = loadConfig();
  try {
    return await withEngine(connecting(config, options), (engine) => migrateAll(engine, options, command, config));
  } catch (thrown) {
    if (!(thrown instanceof InUse)) throw thrown;
    throw new Error(`${thrown.message} It migrates them itself when it starts, unless DATABASE_MIGRATE=false.`, {
      cause: thrown,
    });
  }
}

/** One connection for each tenant at a time, and one for the catalogue. */
function connecting(config: Config, { concurrency }: MigrateOptions): Config {
  return { ...config, databasePoolMax: concurrency + 1 };
}

/** Changes nothing. On SQLite it opens nothing before there is a catalogue, since opening would make one. */
async function inspectAll(
  engine: Engine,
  options: MigrateOptions,
  command: Command,
  config: Config,
): Promise<MigrationReport> {
  const report = new MigrationReport('would be applied');
  const seeds = seedsOf(config, options);
  const asNew = (ids: string[]) => ids.forEach((id) => report.add({ id, names: ['all, as a new tenant'] }));
  if (!engine.hasBegun) {
    report.catalogue = ALL_OF_CATALOGUE;
    asNew(seeds.map(({ id }) => id));
    return report;
  }
  return withDataSource(engine.catalogueOptions(CATALOGUE_ENTITIES), async (catalogue) => {
    report.catalogue = await pendingMigrations(catalogue, engine);
    // Before its first migration the catalogue has no table of tenants.
    const isBegun = report.catalogue.length < ALL_OF_CATALOGUE.length;
    const tenants = isBegun ? await chosen(catalogue, options) : [];
    const unknown = seeds.filter(({ id }) => !tenants.some((tenant) => tenant.id === id));
    if (options.tenant && tenants.length + unknown.length === 0) noSuchTenant(options.tenant, command);
    const migrator = new Migrator(engine, new CatalogueStore(catalogue, engine));
    for (const { tenant, pending, ...rest } of isBegun ? await migrator.inspect(tenants) : [])
      report.add({ id: tenant.id, names: pending, ...rest });
    asNew(unknown.map(({ id }) => id));
    report.differing = differencesOf(seeds, tenants);
    return report;
  });
}

function migrateAll(
  engine: Engine,
  options: MigrateOptions,
  command: Command,
  config: Config,
): Promise<MigrationReport> {
  const report = new MigrationReport('applied');
  return withDataSource(engine.catalogueOptions(CATALOGUE_ENTITIES), async (catalogue) => {
    report.catalogue = await migrateSchema(catalogue, engine);
    const store = new CatalogueStore(catalogue, engine);
    for (const seed of seedsOf(config, options)) await registerTenant(store, seed, new Date());
    const tenants = await chosen(catalogue, options);
    if (options.tenant && tenants.length === 0) noSuchTenant(options.tenant, command);
    report.differing = differencesOf(seedsOf(config, options), tenants);
    const progress = new Progress();
    await new Migrator(engine, store).migrateAll(tenants, options.concurrency, ({ tenant, applied, failure }) => {
      report.add({ id: tenant.id, names: applied, failure });
      progress.show(`${report.done} of ${tenants.length} tenants, ${report.failed} failed`);
    });
    progress.end();
    return report;
  });
}

const ALL_OF_CATALOGUE = platformMigrations.map(({ name }) => name);

/** The tenants of TENANTS; with --tenant only that one. */
function seedsOf({ tenants }: Config, { tenant }: MigrateOptions): TenantSeed[] {
  return tenants.filter(({ id }) => tenant === undefined || id === tenant);
}

function differencesOf(seeds: TenantSeed[], tenants: Tenant[]): SeedDifference[] {
  const byId = new Map(tenants.map((tenant) => [tenant.id, tenant]));
  return seeds.flatMap((seed) => seedDifferences(seed, byId.get(seed.id) ?? seed));
}

/** The tenants to migrate, by id. It reads their oldest columns only: a catalogue that is behind has no others. */
function chosen(catalogue: DataSource, { tenant: id }: MigrateOptions): Promise<Tenant[]> {
  const select = { id: true, name: true, timeZone: true, schema: true, databaseUrl: true, status: true };
  return catalogue.getRepository(Tenant).find({ select, where: id ? { id } : {}, order: { id: 'ASC' } });
}

function noSuchTenant(id: string, command: Command): never {
  command.error(`There is no tenant "${id}". "atrium tenants list" says which there are.`);
}

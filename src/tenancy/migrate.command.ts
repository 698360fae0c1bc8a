import { Command, InvalidArgumentError } from 'commander';
import type { DataSource } from 'typeorm';
import { type Config, loadConfig } from '../config/config.js';
import { CATALOGUE_ENTITIES, CatalogueStore } from './catalogue.store.js';
import { withDataSource } from './data-source.js';
import type { Engine } from './engine.js';
import { openEngine } from './engine.module.js';
import { Migrator } from './migrator.js';
import { MigrationReport } from './migrate.report.js';
import { Progress } from './progress.js';
import { migrateSchema, pendingMigrations } from './schema.migration.js';
import { Tenant } from './tenant.entity.js';
import { registerTenant } from './tenant.registration.js';

interface MigrateOptions {
  tenant?: string;
  concurrency: number;
  check?: true;
  plan?: true;
  json?: true;
}

const EXAMPLES = `
Each tenant is migrated by itself, in one transaction and under a lock of its own: two of these may run at once, one
that was stopped is run again, and one tenant that fails keeps no other from its turn.

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
    .option('--concurrency <n>', 'tenants at a time, each on one connection', wholeNumber, 8)
    .option('--check', 'change nothing; exit with 1 when any tenant is behind')
    .option('--plan', 'change nothing; say what would be applied to whom')
    .option('--json', 'report as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: MigrateOptions, command: Command) => {
      const config = loadConfig();
      const engine = await openEngine({ ...config, databasePoolMax: options.concurrency + 1 });
      try {
        const act = options.check || options.plan ? inspect : migrate;
        const report = await withDataSource(engine.catalogueOptions(CATALOGUE_ENTITIES), (catalogue) =>
          act(engine, catalogue, options, command, config),
        );
        console.log(options.json ? JSON.stringify(report.toJSON()) : report.toString());
        process.exitCode = (options.plan ? report.failed : report.wanting) ? 1 : 0;
      } finally {
        await engine.close();
      }
    });
}

async function inspect(
  engine: Engine,
  catalogue: DataSource,
  options: MigrateOptions,
  command: Command,
  config: Config,
): Promise<MigrationReport> {
  const report = new MigrationReport('would be applied');
  report.catalogue = await pendingMigrations(catalogue, engine);
  // Before its first migration the catalogue knows no tenants.
  if (report.catalogue.length > 0) return report;
  const migrator = new Migrator(engine, new CatalogueStore(catalogue, engine));
  for (const { tenant, pending, ...rest } of await migrator.inspect(await chosen(catalogue, options, command))) {
    report.add({ id: tenant.id, names: pending, ...rest });
  }
  const ids = new Set((await catalogue.getRepository(Tenant).find({ select: { id: true } })).map(({ id }) => id));
  for (const { id } of config.tenants) if (!ids.has(id)) report.add({ id, names: ['all, as a new tenant'] });
  return report;
}

async function migrate(
  engine: Engine,
  catalogue: DataSource,
  options: MigrateOptions,
  command: Command,
  config: Config,
): Promise<MigrationReport> {
  const report = new MigrationReport('applied');
  report.catalogue = await migrateSchema(catalogue, engine);
  const store = new CatalogueStore(catalogue, engine);
  for (const seed of config.tenants) await registerTenant(store, seed, new Date());
  const tenants = await chosen(catalogue, options, command);
  const progress = new Progress();
  await new Migrator(engine, store).migrateAll(tenants, options.concurrency, ({ tenant, applied, failure }) => {
    report.add({ id: tenant.id, names: applied, failure });
    progress.show(`${report.done} of ${tenants.length} tenants, ${report.failed} failed`);
  });
  progress.end();
  return report;
}

async function chosen(catalogue: DataSource, { tenant: id }: MigrateOptions, command: Command): Promise<Tenant[]> {
  const tenants = await catalogue.getRepository(Tenant).find({ where: id ? { id } : {}, order: { id: 'ASC' } });
  if (id && tenants.length === 0) command.error(`There is no tenant "${id}".`);
  return tenants;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 1_000) throw new InvalidArgumentError('It takes 1 to 1000.');
  return number;
}

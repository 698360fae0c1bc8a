import { Command } from 'commander';
import type { Tenant } from '../catalogue/tenant.entity.js';
import { type Config, loadConfig } from '../config/config.js';
import { Progress } from '../migration/progress.js';
import type { TenantTable } from '../tenancy/feature.js';
import { type CliContext, withCliContext } from './cli-context.js';
import { type Cutoffs, type PurgedRows, purgeTenant } from './tenant-purge.js';

const ABOUT = `
Removes rows that were deleted more than TOMBSTONE_DAYS ago (90), which cannot be restored afterwards, and changes older
than CHANGES_DAYS (0: none), which can be neither looked back to nor undone. It works on the database itself, a few hundred
rows at a time, so that readers and writers go on. Stopped half-way, it goes on when it is called again. Changes that a
webhook has not been told of stay. On SQLite a service that runs has the files to itself: stop it meanwhile.

Exit status: 0 done, 1 a tenant failed, 2 the command, the tenant or the environment is wrong.

Examples:
  atrium purge                        all tenants; a suspended one, too
  atrium purge --tenant riverside     one tenant
  CHANGES_DAYS=730 atrium purge       changes of more than two years ago, too`;

interface Options {
  tenant?: string;
  json?: true;
}

interface Purged extends Partial<PurgedRows> {
  tenant: string;
  failure?: string;
}

/**
 * `atrium purge`
 * @param loadTables what a tenant's schema holds; loaded only when the command runs
 */
export function purgeCommand(loadTables: () => Promise<readonly TenantTable[]>): Command {
  return new Command('purge')
    .description('remove what was deleted, and changes, that are older than they are to be kept')
    .option('--tenant <id>', 'this tenant only')
    .option('--json', 'report as JSON')
    .addHelpText('after', ABOUT)
    .action(async ({ tenant: id, json }: Options, command: Command) => {
      const config = loadConfig();
      const purged = await withCliContext(
        config,
        await loadTables(),
        async (context) => {
          const tenants = await chosen(context, id);
          if (id !== undefined && tenants.length === 0)
            command.error(`There is no tenant "${id}". "atrium tenants list" says which there are.`);
          return purgeAll(context, tenants, cutoffsOf(config, Date.now()));
        },
        { instead: 'Stop it, purge, and start it again: a purge takes seconds.' },
      );
      console.log(json ? JSON.stringify(report(purged)) : inWords(purged));
      process.exitCode = purged.some(({ failure }) => failure !== undefined) ? 1 : 0;
    });
}

/** One that is being retired is left alone: its export must have all that it had. */
async function chosen({ store }: CliContext, id: string | undefined): Promise<Tenant[]> {
  const tenants = await store.list();
  return tenants.filter((tenant) => tenant.status !== 'retiring' && (id === undefined || tenant.id === id));
}

function cutoffsOf({ tombstoneDays, changesDays }: Config, nowMs: number): Cutoffs {
  const before = (days: number) => {
    const date = new Date(nowMs);
    date.setUTCDate(date.getUTCDate() - days);
    return days === 0 ? undefined : date;
  };
  return { tombstones: before(tombstoneDays), changes: before(changesDays) };
}

/** One after the other. A tenant that fails does not stop the others. */
async function purgeAll({ engine, tables }: CliContext, tenants: Tenant[], cutoffs: Cutoffs): Promise<Purged[]> {
  const progress = new Progress();
  const purged: Purged[] = [];
  for (const tenant of tenants) {
    const show = (count: number) =>
      progress.show(`${purged.length} of ${tenants.length} tenants; ${tenant.id}: ${count}`);
    try {
      purged.push({ tenant: tenant.id, ...(await purgeTenant(engine, tenant, tables, cutoffs, show)) });
    } catch (thrown) {
      purged.push({ tenant: tenant.id, failure: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  }
  progress.end();
  return purged;
}

/** Lists all tenants but those of which nothing was removed. */
function report(purged: readonly Purged[]) {
  return {
    tenants: purged.filter(
      ({ failure, tombstones = 0, changes = 0 }) => failure !== undefined || tombstones + changes > 0,
    ),
    tombstones: sum(purged, 'tombstones'),
    changes: sum(purged, 'changes'),
    failed: purged.filter(({ failure }) => failure !== undefined).length,
  };
}

function inWords(purged: readonly Purged[]): string {
  const { tenants, tombstones, changes, failed } = report(purged);
  const lines = tenants.map(({ tenant, failure, ...rows }) =>
    failure === undefined
      ? `${tenant}: ${rows.tombstones} deleted rows, ${rows.changes} changes`
      : `${tenant}: failed: ${failure}`,
  );
  const total = `${purged.length} tenants: ${tombstones} deleted rows and ${changes} changes removed, ${failed} failed`;
  return [...lines, total].join('\n');
}

function sum(purged: readonly Purged[], kind: keyof PurgedRows): number {
  return purged.reduce((total, one) => total + (one[kind] ?? 0), 0);
}

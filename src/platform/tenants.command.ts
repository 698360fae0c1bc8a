import { Command } from 'commander';
import { loadConfig } from '../config/config.js';
import { wholeNumberUpTo } from '../config/whole-number.js';
import { Problem } from '../problem/problem.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import type { TenantTable } from '../tenancy/feature.js';
import { type LogEntry, logLine, readTenantLog } from './tenant-log.js';
import { withCliContext } from './cli-context.js';
import { add, databaseUrlOf, exportAll, type Options, retire, setting, update, type Work } from './tenant-tasks.js';

const IN_FILE = 'a file that holds the URL, or "-" for standard input';
const ON_COMMAND_LINE = 'the URL itself: other users of the machine can read the password in it';
const ABOUT = `
Works on the database itself, as "atrium migrate" does: with DATABASE_URL of the service, and with REDIS_URL so that
running pods know at once (without, they do within a second). On SQLite a service that runs has the files to itself:
list, log and export read beside it, and its API does what the others do.

Exit status: 0 done, 1 not done, 2 the command, the tenant or the environment is wrong.`;

/**
 * `atrium tenants`
 * @param loadTables what a tenant's schema holds; loaded only by a command that runs
 */
export function tenantsCommand(loadTables: LoadTables): Command {
  const sub = (words: string, description: string, example: string, work: Work, api?: string) =>
    subCommand(words, description, example, work, loadTables, api);
  const tenants = new Command('tenants').description('add, change and retire tenants').addHelpText('after', ABOUT);
  tenants.addCommand(sub('list', 'every tenant of the catalogue', 'atrium tenants list', ({ store }) => store.list()));
  tenants.addCommand(
    sub(
      'add <id>',
      'add a tenant and make its schema',
      "atrium tenants add harbour-mall --name 'Harbour Mall' --time-zone Europe/Berlin",
      add,
      'POST /tenants',
    )
      .requiredOption('--name <name>', 'how it is called')
      .requiredOption('--time-zone <zone>', 'IANA time zone of its local dates, such as Europe/Berlin')
      .option('--languages <tags>', 'languages of its app such as de,en; the first is that of its rows')
      .option(
        '--database-url-file <file>',
        `where its schema lies, when not beside the catalogue (SQL Server); ${IN_FILE}`,
      )
      .option('--database-url <url>', ON_COMMAND_LINE),
  );
  tenants.addCommand(
    sub(
      'update <id>',
      'rename a tenant, change its time zone or languages, or say where its rows have moved to',
      "atrium tenants update harbour-mall --name 'Harbour Galleria'",
      update,
      'PATCH /tenants/{id}',
    )
      .option('--name <name>', 'how it is called')
      .option('--time-zone <zone>', 'IANA time zone of its local dates')
      .option('--languages <tags>', 'languages of its app such as de,en; the first is that of its rows')
      .option(
        '--database-url-file <file>',
        `where its schema was copied to, of a suspended tenant (SQL Server); ${IN_FILE}`,
      )
      .option('--database-url <url>', ON_COMMAND_LINE),
  );
  tenants.addCommand(
    sub(
      'log [id]',
      'who did what to the tenants, or to one of them, retired or not',
      'atrium tenants log harbour-mall',
      ({ store }, id, { limit = 100 }) => readTenantLog(store, id, limit),
    ).option('--limit <n>', 'only the latest so many', wholeNumberUpTo(999_999), 100),
  );
  for (const [name, status, says] of [
    ['suspend', 'suspended', 'have a tenant refused everywhere; its rows stay'],
    ['resume', 'active', 'serve a suspended tenant again'],
  ] as const) {
    const api = `PATCH /tenants/{id} with {"status":"${status}"}`;
    tenants.addCommand(sub(`${name} <id>`, says, `atrium tenants ${name} harbour-mall`, setting(status), api));
  }
  tenants.addCommand(
    sub(
      'export <id>',
      'write all that a tenant holds to standard output, as JSON Lines',
      'atrium tenants export harbour-mall > harbour-mall.jsonl',
      exportAll,
    ).addHelpText(
      'after',
      '\nThe writers of the tenant wait meanwhile. With --json the summary goes to standard error.',
    ),
  );
  tenants.addCommand(
    sub(
      'retire <id>',
      'keep an export of a suspended tenant, and remove it',
      'atrium tenants retire harbour-mall --confirm harbour-mall',
      retire,
      'DELETE /tenants/{id}?confirm={id}',
    )
      .requiredOption('--confirm <id>', 'the id, typed again')
      .option('--export-to <file>', 'where its export is kept, when not in EXPORT_FOLDER'),
  );
  return tenants;
}

type LoadTables = () => Promise<readonly TenantTable[]>;

/** @param api the route that does the same on a running service; none for a command that only reads */
function subCommand(
  words: string,
  description: string,
  example: string,
  work: Work,
  loadTables: LoadTables,
  api?: string,
): Command {
  const [name = '', argument] = words.split(' ');
  const command = new Command(name).description(description).option('--json', 'report as JSON');
  if (argument) command.argument(argument, 'of the tenant');
  return command.addHelpText('after', `\nExample:\n  ${example}`).action(async () => {
    const options = command.opts<Options>();
    try {
      options.databaseUrl = await databaseUrlOf(options);
      const report = await withCliContext(
        loadConfig(),
        await loadTables(),
        (context) => work(context, command.args[0], options),
        api === undefined
          ? { onlyReads: true }
          : { instead: `While it runs, its API does this: ${api}, by a platform-admin.` },
      );
      if (report !== undefined) console.log(options.json ? JSON.stringify(report) : inWords(report, name));
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      if ([400, 404, 422].includes(thrown.getStatus())) command.error(wordsOf(thrown));
      throw new Error(wordsOf(thrown), { cause: thrown });
    }
  });
}

const OPTION: Record<string, string> = {
  '#/id': 'the id',
  '#/name': '--name',
  '#/timeZone': '--time-zone',
  '#/languages': '--languages',
  '#/databaseUrl': '--database-url',
  '#/confirm': '--confirm',
};

function wordsOf({ detail, extras: { errors, cause } }: Problem): string {
  if (errors) return errors.map((error) => `${OPTION[error.pointer] ?? error.pointer} ${error.detail}`).join('; ');
  return cause instanceof Error ? `${detail} (${cause.message})` : detail;
}

function inWords(report: unknown, name: string): string {
  if (name === 'log') return (report as LogEntry[]).map(logLine).join('\n');
  if (Array.isArray(report))
    return report.length > 0 ? report.map((tenant: Tenant) => line(tenant)).join('\n') : 'no tenants yet';
  if (name !== 'retire') return line(report as Tenant);
  const { retired, export: kept } = report as { retired: string; export: { file: string } | null };
  return `${retired} is retired; ${kept ? `its export: ${kept.file}` : 'there was nothing to export'}`;
}

function line({ id, name, timeZone, status }: Tenant): string {
  return `${id}  ${status}  ${timeZone}  ${name}`;
}

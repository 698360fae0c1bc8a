import { Command } from 'commander';
import { loadConfig } from '../config/config.js';
import { wholeNumberUpTo } from '../config/whole-number.js';
import { Problem } from '../problem/problem.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import type { Ways } from '../database/open-engine.js';
import type { TenantTable } from '../tenancy/feature.js';
import { type LogEntry, logLine, readTenantLog } from './tenant-log.js';
import { withCliContext } from './cli-context.js';
import type { RewindReport } from './tenant-history.js';
import { importInWords, rewindInWords } from './history-words.js';
import {
  add,
  databaseUrlOf,
  exportAll,
  importAll,
  type ImportedReport,
  type Options,
  retire,
  rewind,
  setting,
  update,
  type Work,
} from './tenant-tasks.js';

const IN_FILE = 'a file that holds the URL, or "-" for standard input';
const ON_COMMAND_LINE = 'the URL itself: other users of the machine can read the password in it';
const ABOUT = `
Works on the database itself, as "atrium migrate" does: with DATABASE_URL of the service, and with REDIS_URL so that
running pods know at once (without, they do within a second). On SQLite a service that runs has the files to itself:
list, log, export and rewind --plan read beside it, and its API does what the others do, but for import and rewind.

Exit status: 0 done, 1 not done, 2 the command, the tenant or the environment is wrong.`;

/**
 * `atrium tenants`
 * @param loadTables what a tenant's schema holds; loaded only by a command that runs
 */
export function tenantsCommand(loadTables: LoadTables): Command {
  const sub = (words: string, description: string, example: string, work: Work, ways: WaysOf = READS) =>
    subCommand(words, description, example, work, loadTables, ways);
  const tenants = new Command('tenants').description('add, change and retire tenants').addHelpText('after', ABOUT);
  tenants.addCommand(sub('list', 'every tenant of the catalogue', 'atrium tenants list', ({ store }) => store.list()));
  tenants.addCommand(
    sub(
      'add <id>',
      'add a tenant and make its schema',
      "atrium tenants add harbour-mall --name 'Harbour Mall' --time-zone Europe/Berlin",
      add,
      byApi('POST /tenants'),
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
      byApi('PATCH /tenants/{id}'),
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
    const ways = byApi(`PATCH /tenants/{id} with {"status":"${status}"}`);
    tenants.addCommand(sub(`${name} <id>`, says, `atrium tenants ${name} harbour-mall`, setting(status), ways));
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
      byApi('DELETE /tenants/{id}?confirm={id}'),
    )
      .requiredOption('--confirm <id>', 'the id, typed again')
      .option('--export-to <file>', 'where its export is kept, when not in EXPORT_FOLDER'),
  );
  tenants.addCommand(
    sub(
      'import <id> [file]',
      'bring an export into an empty tenant, exactly: rows, ids and history, or nothing',
      'atrium tenants import harbour-mall harbour-mall.jsonl',
      importAll,
      STOPPED,
    ).addHelpText(
      'after',
      `
Without a file, or with "-", it reads standard input. Reads the formats 1 and 2. The rows and their history are as they
were, at the same revision; webhooks come without their secrets, switched off.`,
    ),
  );
  tenants.addCommand(
    sub(
      'rewind <id>',
      'make the campaigns and events of a tenant what they were at an earlier moment, as new writes',
      "atrium tenants rewind harbour-mall --to '2026/11/27 09:00' --plan",
      rewind,
      ({ plan }) => (plan ? READS : STOPPED),
    )
      .requiredOption('--to <moment>', 'a revision, or a date (local time of the tenant, or with an offset)')
      .option('--plan', 'only say what would come back, go and change')
      .option('--yes', 'also when the tenant is active')
      .addHelpText('after', '\nIt is one change, which can be undone, or rewound, itself. Webhooks stay as they are.'),
  );
  return tenants;
}

type LoadTables = () => Promise<readonly TenantTable[]>;

/** The other ways while a service has the embedded database. */
type WaysOf = Ways | ((options: Options) => Ways);

const READS: Ways = { onlyReads: true };
const STOPPED: Ways = { instead: 'No route does this: stop the service, do it, and start the service again.' };

/** @param route that does the same on a running service */
function byApi(route: string): Ways {
  return { instead: `While it runs, its API does this: ${route}, by a platform-admin.` };
}

function subCommand(
  words: string,
  description: string,
  example: string,
  work: Work,
  loadTables: LoadTables,
  ways: WaysOf,
): Command {
  const [name = '', ...parameters] = words.split(' ');
  const command = new Command(name).description(description).option('--json', 'report as JSON');
  for (const parameter of parameters) command.argument(parameter, ABOUT_PARAMETER[parameter] ?? 'of the tenant');
  return command.addHelpText('after', `\nExample:\n  ${example}`).action(async () => {
    const options = command.opts<Options>();
    try {
      options.databaseUrl = await databaseUrlOf(options);
      const report = await withCliContext(
        loadConfig(),
        await loadTables(),
        (context) => work(context, command.args[0], options, command.args[1]),
        typeof ways === 'function' ? ways(options) : ways,
      );
      if (report !== undefined) console.log(options.json ? JSON.stringify(report) : inWords(report, name, options));
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      if (NOT_UNDERSTOOD.has(thrown.getStatus())) command.error(wordsOf(thrown));
      throw new Error(wordsOf(thrown), { cause: thrown });
    }
  });
}

/** The statuses of what is wrong with the command line, the file or the tenant that it names. */
const NOT_UNDERSTOOD = new Set([400, 404, 410, 422]);

const ABOUT_PARAMETER: Record<string, string> = { '[file]': 'of the export' };

const OPTION: Record<string, string> = {
  '#/id': 'the id',
  '#/name': '--name',
  '#/timeZone': '--time-zone',
  '#/languages': '--languages',
  '#/databaseUrl': '--database-url',
  '#/confirm': '--confirm',
  '#/to': '--to',
};

function wordsOf({ detail, extras: { errors, cause } }: Problem): string {
  if (errors) return errors.map((error) => `${OPTION[error.pointer] ?? error.pointer} ${error.detail}`).join('; ');
  return cause instanceof Error ? `${detail} (${cause.message})` : detail;
}

function inWords(report: unknown, name: string, options: Options): string {
  if (name === 'import') return importInWords(report as ImportedReport);
  if (name === 'rewind') return rewindInWords(report as RewindReport, options.plan === true);
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

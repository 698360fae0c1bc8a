import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { loadConfig } from '../config/config.js';
import { wholeNumberUpTo } from '../config/whole-number.js';
import { SqlServerUrl } from '../config/sql-server-url.js';
import { Problem } from '../problem/problem.js';
import { InputPipe } from '../http/input.pipe.js';
import { Precondition } from '../representation/precondition.js';
import { InUse } from '../database/engine.js';
import { Progress } from '../migration/progress.js';
import type { Tenant } from '../catalogue/tenant.entity.js';
import type { TenantTable } from '../tenancy/feature.js';
import { CreateTenant, MoveTenant, UpdateTenant } from './tenant.dto.js';
import { exportTenant } from './tenant-export.js';
import { type LogEntry, logLine, readTenantLog } from './tenant-log.js';
import { type CliContext, withCliContext } from './cli-context.js';

const ACTOR = 'atrium-cli';
const ANYHOW = new Precondition(undefined);
const IN_FILE = 'a file that holds the URL, or "-" for standard input';
const ON_COMMAND_LINE = 'the URL itself: other users of the machine can read the password in it';
const ABOUT = `
Works on the database itself, as "atrium migrate" does: with DATABASE_URL of the service, and with REDIS_URL so that
running pods know at once (without, they do within a second). On SQLite a service that runs has the files to itself:
list, log and export read beside it, and its API does what the others do.

Exit status: 0 done, 1 not done, 2 the command, the tenant or the environment is wrong.`;

interface Options {
  json?: true;
  name?: string;
  timeZone?: string;
  languages?: string;
  databaseUrl?: string;
  databaseUrlFile?: string;
  confirm?: string;
  exportTo?: string;
  limit?: number;
}

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
    const work = ({ lifecycle }: CliContext, id = '') => lifecycle.update(id, { status }, ANYHOW, ACTOR);
    const api = `PATCH /tenants/{id} with {"status":"${status}"}`;
    tenants.addCommand(sub(`${name} <id>`, says, `atrium tenants ${name} harbour-mall`, work, api));
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
type Work = (context: CliContext, id: string | undefined, options: Options) => Promise<unknown>;

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
        { onlyReads: api === undefined },
      );
      if (report !== undefined) console.log(options.json ? JSON.stringify(report) : inWords(report, name));
    } catch (thrown) {
      if (thrown instanceof InUse && api !== undefined)
        throw new Error(`${thrown.message} While it runs, its API does this: ${api}, by a platform-admin.`, {
          cause: thrown,
        });
      if (!(thrown instanceof Problem)) throw thrown;
      if ([400, 404, 422].includes(thrown.getStatus())) command.error(wordsOf(thrown));
      throw new Error(wordsOf(thrown), { cause: thrown });
    }
  });
}

/** @throws Problem when it is given twice, or the file cannot be read */
async function databaseUrlOf({ databaseUrl, databaseUrlFile: file }: Options): Promise<string | undefined> {
  if (file === undefined) {
    if (databaseUrl && SqlServerUrl.parse(databaseUrl))
      console.error('Warning: other users of this machine can read the password. Use --database-url-file instead.');
    return databaseUrl;
  }
  if (databaseUrl !== undefined)
    throw new Problem(400, 'twice', 'Give --database-url or --database-url-file, not both.');
  try {
    return (await (file === '-' ? text(process.stdin) : readFile(file, 'utf8'))).trim();
  } catch (thrown) {
    const reason = (thrown as NodeJS.ErrnoException).code ?? String(thrown);
    throw new Problem(400, 'unreadable', `--database-url-file cannot be read: ${reason}.`);
  }
}

async function add(
  { lifecycle }: CliContext,
  id: string | undefined,
  { name, timeZone, languages, databaseUrl }: Options,
) {
  const fields = { id, name, timeZone, languages: listOf(languages), databaseUrl };
  return lifecycle.add(await checked(CreateTenant, fields), ACTOR);
}

async function update({ lifecycle }: CliContext, id = '', { name, timeZone, languages, databaseUrl }: Options) {
  const isChanged = name !== undefined || timeZone !== undefined || languages !== undefined;
  if (isChanged === (databaseUrl !== undefined))
    throw new Problem(400, 'nothing', 'Give --name, --time-zone, --languages; or --database-url-file by itself.');
  if (databaseUrl !== undefined) {
    const { databaseUrl: url } = await checked(MoveTenant, { databaseUrl });
    if (url) return lifecycle.move(id, url, ACTOR);
  }
  const checkedFields = await checked(UpdateTenant, { name, timeZone, languages: listOf(languages) });
  const given = Object.fromEntries(Object.entries(checkedFields).filter(([, value]) => value !== undefined));
  return lifecycle.update(id, given, ANYHOW, ACTOR);
}

/** An empty option is an empty list. */
function listOf(languages?: string): string[] | undefined {
  return languages?.split(',').filter(Boolean);
}

async function exportAll({ lifecycle, engine, tables }: CliContext, id = '', { json }: Options): Promise<void> {
  const tenant = await lifecycle.find(id);
  const progress = new Progress();
  const exported = await exportTenant(engine, tenant, tables, process.stdout, (count) =>
    progress.show(`${count} rows`),
  );
  progress.end();
  if (json) console.error(JSON.stringify(exported));
}

async function retire({ lifecycle }: CliContext, id = '', { confirm, exportTo }: Options) {
  const progress = new Progress();
  const onRows = (count: number) => progress.show(`${count} rows exported`);
  const retiring = lifecycle.retire(id, confirm, ANYHOW, ACTOR, { file: exportTo, onRows });
  const kept = await retiring.finally(() => progress.end());
  return { retired: id, export: kept ?? null };
}

/** Checks options by the rules of the API's body. @throws Problem that names every bad field */
async function checked<T extends object>(type: new () => T, fields: object): Promise<T> {
  return (await new InputPipe().transform(fields, { type: 'body', metatype: type })) as T;
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

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { SqlServerUrl } from '../config/sql-server-url.js';
import { InputPipe } from '../http/input.pipe.js';
import { Progress } from '../migration/progress.js';
import { Problem } from '../problem/problem.js';
import { Precondition } from '../representation/precondition.js';
import type { CliContext } from './cli-context.js';
import * as importProblems from './import-problems.js';
import { CreateTenant, MoveTenant, UpdateTenant } from './tenant.dto.js';
import { exportTenant } from './tenant-export.js';
import type { RewindReport } from './tenant-history.js';

const ACTOR = 'atrium-cli';
const ANYHOW = new Precondition(undefined);

/** The options of all commands of `atrium tenants`. */
export interface Options {
  json?: true;
  name?: string;
  timeZone?: string;
  languages?: string;
  databaseUrl?: string;
  databaseUrlFile?: string;
  confirm?: string;
  exportTo?: string;
  limit?: number;
  to?: string;
  plan?: true;
  yes?: true;
}

/** The work of one command. @returns its report, if it has one */
export type Work = (context: CliContext, id: string | undefined, options: Options, file?: string) => Promise<unknown>;

/** A report of an import. */
export interface ImportedReport {
  imported: string;
  epoch: string;
  revision: number;
  /** By the name of several, how many rows there are; null when an earlier run imported them and was cut off. */
  rows: Record<string, number> | null;
  /** In which the centre differs from that of the export. */
  differences: string[];
}

/** @throws Problem when it is given twice, or the file cannot be read */
export async function databaseUrlOf({ databaseUrl, databaseUrlFile: file }: Options): Promise<string | undefined> {
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

export async function add(
  { lifecycle }: CliContext,
  id: string | undefined,
  { name, timeZone, languages, databaseUrl }: Options,
) {
  const fields = { id, name, timeZone, languages: listOf(languages), databaseUrl };
  return lifecycle.add(await checked(CreateTenant, fields), ACTOR);
}

export async function update({ lifecycle }: CliContext, id = '', { name, timeZone, languages, databaseUrl }: Options) {
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

export function setting(status: 'active' | 'suspended'): Work {
  return ({ lifecycle }, id = '') => lifecycle.update(id, { status }, ANYHOW, ACTOR);
}

/** An empty option is an empty list. */
function listOf(languages?: string): string[] | undefined {
  return languages?.split(',').filter(Boolean);
}

export async function exportAll({ lifecycle, engine, tables }: CliContext, id = '', { json }: Options): Promise<void> {
  const tenant = await lifecycle.find(id);
  const progress = new Progress();
  const exported = await exportTenant(engine, tenant, tables, process.stdout, (count) =>
    progress.show(`${count} rows`),
  );
  progress.end();
  if (json) console.error(JSON.stringify(exported));
}

export async function importAll({ lifecycle, history }: CliContext, id = '', _: Options, file?: string) {
  const tenant = await lifecycle.find(id);
  const progress = new Progress();
  const onRows = (count: number) => progress.show(`${count} rows`);
  const importing = history.import(id, bytesOf(file), ACTOR, onRows);
  const { version, header, rows } = await importing.finally(() => progress.end());
  const differences = (['name', 'timeZone', 'languages'] as const).filter(
    (field) => String(tenant[field]) !== String(header[field] ?? []),
  );
  return { imported: id, ...version, rows: rows ?? null, differences } satisfies ImportedReport;
}

export function rewind({ history }: CliContext, id = '', { to = '', plan, yes }: Options): Promise<RewindReport> {
  return history.rewind(id, { to, isPlan: plan === true, isSure: yes === true }, ACTOR);
}

/** @throws Problem 422 for a file that cannot be read, 400 when nothing is piped in either */
async function* bytesOf(file: string | undefined): AsyncGenerator<Buffer> {
  const isInput = file === undefined || file === '-';
  if (isInput && process.stdin.isTTY) throw new Problem(400, 'nothing', 'Give the file of an export, or pipe one in.');
  try {
    yield* (isInput ? process.stdin : createReadStream(file)) as AsyncIterable<Buffer>;
  } catch (thrown) {
    throw (thrown as NodeJS.ErrnoException).syscall ? importProblems.unreadable(file ?? '-', thrown) : thrown;
  }
}

export async function retire({ lifecycle }: CliContext, id = '', { confirm, exportTo }: Options) {
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

import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import { isSame, type Version } from '../revision/revision.entity.js';
import type { TenantTable } from '../tenancy/feature.js';
import * as problems from './import-problems.js';
import { FORMAT_VERSION } from './tenant-export.js';

/** The first line of an export. */
export interface Header extends Version {
  formatVersion: number;
  tenantId: string;
  name: string;
  timeZone: string;
  languages: string[];
  exportedAt: string;
}

/** One row of an export. */
export interface Line {
  /** Counted from 1. */
  number: number;
  /** Characters of its text, about. */
  characters: number;
  /** The kind of the row. */
  type: string;
  fields: Record<string, unknown>;
}

/** An export whose first line was read. */
export interface ReadExport {
  header: Header;
  /** @throws Problem 422 at its end, too: only when all lines were read are they known to be whole and unaltered */
  rows: AsyncGenerator<Line>;
}

/** Formats from this one on have a checksum in their last line. */
const FIRST_WITH_CHECKSUM = 2;

const LINE_FEED = 10;

/** No first line of an export is longer: what else begins may have no lines at all. */
const MAX_HEADER_BYTES = 64 * 1024;

/** A change may be of 2,000 rows of 32 KiB, each before and after. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;

/** Whether two headers are of the same export. */
export function isSameExport(one: Header, other: Header): boolean {
  return isSame(one, other) && one.exportedAt === other.exportedAt;
}

/**
 * Reads an export line by line, as it comes.
 * @throws Problem 422 for what is no export, or one of a format that is not known here
 */
export async function readExport(source: AsyncIterable<Buffer>, tables: readonly TenantTable[]): Promise<ReadExport> {
  const lines = linesOf(source);
  const first = await lines.next();
  const header = headerOf(first.done ? undefined : first.value);
  return { header, rows: rowsOf(lines, first.value as Buffer, header, tables) };
}

async function* rowsOf(
  lines: AsyncGenerator<Buffer>,
  first: Buffer,
  { formatVersion }: Header,
  tables: readonly TenantTable[],
): AsyncGenerator<Line> {
  const namesOf = new Map(tables.flatMap((table) => ('row' in table ? [[table.row, table.rows] as const] : [])));
  const counts = new Map<string, number>();
  const hash = createHash('sha256').update(first);
  let number = 1;
  let end: Record<string, unknown> | undefined;
  for await (const bytes of lines) {
    number++;
    if (end) throw problems.edited(`it goes on after its last line, in line ${number}`);
    const { type, ...fields } = valueOf(bytes, number);
    if (type === 'end') {
      end = fields;
      continue;
    }
    hash.update(bytes);
    const rows = namesOf.get(String(type));
    if (typeof type !== 'string' || rows === undefined) throw problems.unknownKind(number, type);
    counts.set(rows, (counts.get(rows) ?? 0) + 1);
    yield { number, characters: bytes.length, type, fields };
  }
  if (!end) throw problems.cutShort(number);
  requireWhole(end, counts, formatVersion >= FIRST_WITH_CHECKSUM ? hash.digest('hex') : undefined);
}

/** @param sha256 of all lines but the last; undefined: the last one does not tell it */
function requireWhole(end: Record<string, unknown>, counts: ReadonlyMap<string, number>, sha256?: string): void {
  const { sha256: told, ...expected } = end;
  for (const rows of new Set([...Object.keys(expected), ...counts.keys()])) {
    const [present, wanted] = [counts.get(rows) ?? 0, expected[rows] ?? 0];
    if (present !== wanted)
      throw problems.edited(`it has ${present} ${rows}, and its last line says ${JSON.stringify(wanted)}`);
  }
  if (sha256 !== undefined && told !== sha256) throw problems.edited('its checksum is not that of its lines');
}

/** @throws Problem 422 in the words of somebody who gave another file by mistake */
function headerOf(bytes: Buffer | undefined): Header {
  if (bytes === undefined) throw problems.notAnExport('it is empty');
  if (bytes.length > MAX_HEADER_BYTES) throw problems.notAnExport('its first line is too long');
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw problems.notAnExport('it is compressed: unpack it with gunzip');
  if (bytes.subarray(0, 4).includes(0))
    throw problems.notAnExport('it is in UTF-16: the shell that wrote it has converted it');
  if (bytes[0] === 0xef && bytes[1] === 0xbb)
    throw problems.notAnExport('it has a byte order mark: an editor or the shell added it');
  const header = parse(bytes) as unknown as Header | undefined;
  const { type, formatVersion } = (header ?? {}) as Record<string, unknown>;
  if (!header || type !== 'header' || typeof formatVersion !== 'number')
    throw problems.notAnExport('its first line is no header of an export');
  if (!(formatVersion >= 1 && formatVersion <= FORMAT_VERSION))
    throw problems.otherFormat(formatVersion, FORMAT_VERSION);
  const { epoch, revision, tenantId } = header;
  if (typeof epoch !== 'string' || typeof tenantId !== 'string' || !Number.isInteger(revision) || revision < 0)
    throw problems.notAnExport('its header lacks tenantId, epoch or revision');
  return header;
}

function valueOf(bytes: Buffer, number: number): Record<string, unknown> {
  const value = parse(bytes);
  // The last line has no line feed when the file was cut off within it.
  if (!value)
    throw bytes.at(-1) === LINE_FEED ? problems.edited(`line ${number} is no JSON object`) : problems.cutShort(number);
  return value;
}

function parse(bytes: Buffer): Record<string, unknown> | undefined {
  if (!isUtf8(bytes)) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Each line with its line feed. @throws Problem 422 for a line that none of an export can be */
async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  let length = 0;
  let limit = MAX_HEADER_BYTES;
  for await (const chunk of source) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      yield Buffer.concat([...begun, chunk.subarray(from, end + 1)]);
      [begun, length, limit, from] = [[], 0, MAX_LINE_BYTES, end + 1];
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > limit) throw problems.notAnExport('it has a line that is too long');
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}

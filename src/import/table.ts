import { CsvError, parse } from 'csv-parse/sync';
import { languageFault } from '../config/language.js';
import { fieldsOf } from '../field/field.js';
import { pointerToken } from '../http/input.pipe.js';
import { type FieldError, invalid, Problem } from '../problem/problem.js';
import { Scheduled } from '../schedule/scheduled.entity.js';

const MAX_LINES = 2_000;

const SEPARATORS = [',', ';', '\t'];

/** Columns beside the fields of bodies. */
export const [ID, CAMPAIGN] = ['id', 'campaign'];

/** A text in another language, such as `name.de`. */
export const TRANSLATED = /^(name|description|location)\.(.+)$/s;

const FIELDS = fieldsOf(Scheduled).flatMap(({ name, input }) => (input && name !== 'translations' ? [name] : []));

/** One line of a table. */
export interface Line {
  /** The line of the file on which it begins, from 1. */
  line: number;
  /** The cells that are not empty, by their columns. */
  cells: ReadonlyMap<string, string>;
  /** Why it cannot be read. */
  fault?: string;
}

/**
 * Reads a table (RFC 4180) whose first line names its columns. Lines without any text do not count.
 * @returns its lines; the first broken one alone where quotation marks do not match, since nobody knows what follows
 * @throws Problem 422 when it has no lines or too many, and naming the columns that are unknown or stand twice
 */
export function readTable(text: string): Line[] {
  const [heading, ...records] = recordsOf(text);
  if (!heading)
    throw refused('The table is empty. Its first line names the columns, such as name, startDate, endDate.');
  const broken = [heading, ...records].find(({ fault }) => fault !== undefined);
  if (broken) return [{ line: broken.line, cells: new Map(), fault: broken.fault ?? '' }];
  const columns = heading.cells.map((cell) => cell.trim());
  requireColumns(columns);
  if (records.length === 0) throw refused('The table has no line beneath the one that names its columns.');
  if (records.length > MAX_LINES)
    throw refused(`The table has more than ${MAX_LINES} lines: send it in parts, and the campaigns first.`);
  return records.map(({ line, cells }) => lineOf(line, cells, columns));
}

interface CsvRecord {
  line: number;
  cells: readonly string[];
  fault?: string;
}

function recordsOf(text: string): CsvRecord[] {
  try {
    const found = parse(text.replaceAll(/\r\n?/g, '\n'), {
      delimiter: separatorOf(text),
      record_delimiter: '\n',
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      to: MAX_LINES + 2,
      info: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return found.map(({ record, info }) => ({ line: info.lines - breaksIn(record), cells: record }));
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    return [{ line: Number(thrown['lines']), cells: [], fault: FAULTS[thrown.code] ?? 'cannot be read as CSV' }];
  }
}

const FAULTS: Partial<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'has a quotation mark that is never closed',
  INVALID_OPENING_QUOTE:
    'has a quotation mark within a cell: put the whole cell in quotation marks, and write "" for each one in it',
  CSV_INVALID_CLOSING_QUOTE:
    'has something after a closing quotation mark: write "" for a quotation mark that is part of the text',
};

/** The one that stands most often in the first line with any text. */
function separatorOf(text: string): string {
  const heading = /\S.*/.exec(text)?.[0] ?? '';
  const count = (separator: string) => heading.split(separator).length;
  return SEPARATORS.reduce((best, separator) => (count(separator) > count(best) ? separator : best));
}

function breaksIn(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
}

/** A column without a name is one without cells: spreadsheets write such. */
function requireColumns(columns: readonly string[]): void {
  const named = columns.filter((column) => column !== '');
  const errors = [...new Set(named)].flatMap((column): FieldError[] => {
    const detail =
      columnFault(column) ?? (named.indexOf(column) === named.lastIndexOf(column) ? undefined : 'stands twice');
    return detail === undefined ? [] : [{ pointer: `#/${pointerToken(column)}`, detail }];
  });
  if (errors.length > 0) throw invalid(422, 'fields-invalid', errors);
}

function columnFault(column: string): string | undefined {
  if ([ID, CAMPAIGN, ...FIELDS].includes(column)) return undefined;
  const [, , language] = TRANSLATED.exec(column) ?? [];
  if (language !== undefined) return languageFault([language]);
  return `is no column here. There are ${[ID, CAMPAIGN, ...FIELDS].join(', ')}, and texts in other languages such as name.de`;
}

function lineOf(line: number, values: readonly string[], columns: readonly string[]): Line {
  const cells = new Map<string, string>();
  for (const [index, value] of values.entries()) {
    const [text, column = ''] = [value.trim(), columns[index]];
    if (text === '') continue;
    if (column === '')
      return { line, cells, fault: `has a cell without a column: ${JSON.stringify(text.slice(0, 40).toWellFormed())}` };
    cells.set(column, text);
  }
  return { line, cells };
}

function refused(detail: string): Problem {
  return new Problem(422, 'fields-invalid', detail, { errors: [{ pointer: '#', detail }] });
}

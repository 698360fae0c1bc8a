import type { EntityMetadata, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { fieldsOf } from '../field/field.js';
import type { Line } from './export-lines.js';
import * as problems from './import-problems.js';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const MAX_INT = 2_147_483_647;

/** A column that rows of exports before format 2 do not tell. */
const REVISION = 'revision';

/**
 * The row that a line of an export tells, for the table that `metadata` describes. Fields that the release of the export
 * did not know have their default.
 * @param others properties that are not taken from the line
 * @throws Problem 422 that names the line and the field
 */
export function rowFrom(metadata: EntityMetadata, { number, type, fields }: Line, others: object = {}): ObjectLiteral {
  const known = new Set(metadata.columns.map(({ propertyName }) => propertyName));
  const unknown = Object.keys(fields).find((field) => !known.has(field));
  if (unknown !== undefined) throw problems.unknownField(number, type, unknown);
  const row: ObjectLiteral = {};
  for (const column of metadata.columns) {
    const { propertyName: name } = column;
    const value = name in others ? (others as ObjectLiteral)[name] : read(column, metadata, fields[name]);
    if (value instanceof Fault) throw problems.wrongValue(number, type, name, value.words);
    row[name] = value;
  }
  return row;
}

class Fault {
  constructor(readonly words: string) {}
}

function read(column: ColumnMetadata, { target }: EntityMetadata, value: unknown): unknown {
  if (value === undefined) {
    const declared = fieldsOf(target as Function).find(({ name }) => name === column.propertyName);
    if (declared?.input && 'default' in declared.input) return declared.input.default;
    if (column.isNullable) return null;
    return column.propertyName === REVISION ? 0 : new Fault('is missing');
  }
  if (value === null) return column.isNullable ? null : new Fault('is null');
  if (column.isCreateDate) return instant(value);
  if (column.type === 'int' || column.type === Number) return isInt(value) ? value : new Fault('is no whole number');
  if (column.type === 'simple-json') return typeof value === 'object' ? value : new Fault('is no JSON object');
  return text(column, value);
}

function instant(value: unknown): Date | Fault {
  const date = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date : new Fault('is no instant such as 2026-11-26T23:00:00.000Z');
}

function isInt(value: unknown): boolean {
  return Number.isInteger(value) && Math.abs(value as number) <= MAX_INT;
}

/** The column's own transformer, where it has one, makes a text of what the API shows. */
function text({ transformer, length }: ColumnMetadata, value: unknown): unknown {
  const isPlain = transformer === undefined;
  const kept: unknown = isPlain || Array.isArray(transformer) ? value : transformer.to(value);
  if (typeof kept !== 'string' || (isPlain && typeof value !== 'string')) return new Fault('is no text');
  if (!isPlain && typeof value !== 'boolean' && !isTexts(value)) return new Fault('is no list of texts');
  return length !== '' && kept.length > Number(length) ? new Fault(`is longer than ${length} characters`) : value;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

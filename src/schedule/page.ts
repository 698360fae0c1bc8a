import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { NAME_LENGTH } from '../config/name-rule.js';
import { whereContains } from '../database/contains.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import { decodeCursor, encodeCursor, type Position } from './cursor.js';
import type { Page, PageQuery } from './page.dto.js';
import type { Scheduled } from './scheduled.entity.js';

type Field = 'id' | 'name' | 'startDate' | 'endDate';

/** The fields that place a row in an order. */
type Placed = Pick<Scheduled, Field>;

/** The range of DATETIME2, in milliseconds. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * One page of `rows` (aliased `row`), filtered by name, tags and status, by keyset: it starts behind a row rather than
 * after a count, so that rows that come or go meanwhile neither repeat nor hide others.
 */
export async function findPage<T extends Scheduled & ObjectLiteral>(
  rows: SelectQueryBuilder<T>,
  query: PageQuery,
): Promise<Page<T>> {
  const list = nameOf(rows, query);
  whereContent(rows, query);
  const position = positionOf(list, query);
  const found = await inOrder(rows, query, position)
    .limit(query.limit + 1)
    .getMany();
  return pageFrom(list, query, found);
}

/** Keeps the rows with the name, the status and the tags of the query. */
export function whereContent<T extends ObjectLiteral>(rows: SelectQueryBuilder<T>, query: PageQuery): void {
  if (query.name !== undefined) whereContains(rows, 'row.name', spellingsOf(query.name));
  if (query.status) rows.andWhere('row.status = :status', { status: query.status });
  // Tags are kept as a JSON array: within its quotes, one tag is never found in another.
  for (const [index, tag] of (query.tag ?? []).entries())
    rows.andWhere(`CHARINDEX(:tag${index}, row.tags) > 0`, { [`tag${index}`]: JSON.stringify(tag) });
}

/** Names are composed when they come in; before that was so, they were kept as they came. */
export function spellingsOf(name: string): Record<string, string> {
  const decomposed = name.normalize('NFD');
  return { contains: name, ...(decomposed === name ? {} : { decomposed }) };
}

/** The field that a query sorts by, and the direction: 1 is ascending. */
export function orderOf({ sort }: PageQuery): { field: Field; direction: 1 | -1 } {
  return { field: sort.replace('-', '') as Field, direction: sort.startsWith('-') ? -1 : 1 };
}

/**
 * The row that a page starts behind; undefined on the first one.
 * @throws Problem 400 for a cursor that is not of this list
 */
export function positionOf(list: string, query: PageQuery): Position | undefined {
  const { field } = orderOf(query);
  return query.after === undefined
    ? undefined
    : decodeCursor(list, query.after, (position) => isPlace(field, position));
}

/** The position of a row in the order of the query. */
export function placeOf(row: Placed, query: PageQuery): Position {
  return { value: comparable(row[orderOf(query).field]), id: row.id };
}

/** The rows behind `position`, in the order of the query. */
export function inOrder<T extends Placed & ObjectLiteral>(
  rows: SelectQueryBuilder<T>,
  query: PageQuery,
  position: Position | undefined,
): SelectQueryBuilder<T> {
  const { field, direction } = orderOf(query);
  const [word, beyond] = direction < 0 ? (['DESC', '<'] as const) : (['ASC', '>'] as const);
  if (position) {
    const { value, id } = position;
    const last = field.endsWith('Date') ? new Date(value) : value;
    if (field === 'id') rows.andWhere(`row.id ${beyond} :id`, { id });
    else
      rows.andWhere(`(row.${field} ${beyond} :last OR (row.${field} = :last AND row.id ${beyond} :id))`, { last, id });
  }
  rows.orderBy(`row.${field}`, word);
  if (field !== 'id') rows.addOrderBy('row.id', word);
  return rows;
}

/** @param found the rows of the page, and one more when there is a next one */
export function pageFrom<T extends Placed>(list: string, query: PageQuery, found: readonly T[]): Page<T> {
  const items = found.slice(0, query.limit);
  const last = found.length > items.length ? items.at(-1) : undefined;
  return { items, next: last ? encodeCursor(list, placeOf(last, query)) : null };
}

/** Whether a row can have this value; anything else would be for the database to stumble over. */
function isPlace(field: Field, { value, id }: Position): boolean {
  if (field === 'id') return value === id;
  if (field === 'name') return typeof value === 'string' && NAME_LENGTH.test(value);
  return typeof value === 'number' && Number.isInteger(value) && value >= FIRST_MS && value <= LAST_MS;
}

/** All that decides which rows there are and in what order; not how many are taken at once. */
export function nameOf<T extends ObjectLiteral>(rows: SelectQueryBuilder<T>, query: PageQuery): string {
  const asked: Partial<PageQuery> = { ...query };
  delete asked.after;
  delete asked.limit;
  const table = rows.expressionMap.mainAlias?.metadata.tableName;
  return [currentTenant().id, table, textOf(asked)].join('\n');
}

/** A query as text: the same for the same parameters, in whatever order they came. */
export function textOf(query: Partial<PageQuery>): string {
  return JSON.stringify(query, Object.keys(query).toSorted());
}

function comparable(value: string | number | Date): string | number {
  return value instanceof Date ? value.getTime() : value;
}

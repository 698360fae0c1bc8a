import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { NAME_LENGTH } from '../config/name-rule.js';
import { whereContains } from '../database/contains.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import { decodeCursor, encodeCursor, type Position } from './cursor.js';
import type { Page, PageQuery } from './page.dto.js';
import type { Scheduled } from './scheduled.entity.js';

type Field = 'id' | 'name' | 'startDate' | 'endDate';

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
  const field = query.sort.replace('-', '') as Field;
  const [direction, beyond] = query.sort.startsWith('-') ? (['DESC', '<'] as const) : (['ASC', '>'] as const);

  if (query.name !== undefined) {
    // Names are composed when they come in; before that was so, they were kept as they came.
    const decomposed = query.name.normalize('NFD');
    const isComposed = decomposed !== query.name;
    whereContains(rows, 'row.name', { contains: query.name, ...(isComposed ? { decomposed } : {}) });
  }
  if (query.status) rows.andWhere('row.status = :status', { status: query.status });
  // Tags are kept as a JSON array: within its quotes, one tag is never found in another.
  for (const [index, tag] of (query.tag ?? []).entries())
    rows.andWhere(`CHARINDEX(:tag${index}, row.tags) > 0`, { [`tag${index}`]: JSON.stringify(tag) });
  if (query.after !== undefined) {
    const { value, id } = decodeCursor(list, query.after, (position) => isPlace(field, position));
    const last = field.endsWith('Date') ? new Date(value) : value;
    if (field === 'id') rows.andWhere(`row.id ${beyond} :id`, { id });
    else
      rows.andWhere(`(row.${field} ${beyond} :last OR (row.${field} = :last AND row.id ${beyond} :id))`, { last, id });
  }

  rows.orderBy(`row.${field}`, direction);
  if (field !== 'id') rows.addOrderBy('row.id', direction);
  const found = await rows.limit(query.limit + 1).getMany();
  const items = found.slice(0, query.limit);
  const last = found.length > items.length ? items.at(-1) : undefined;
  return {
    items,
    next: last ? encodeCursor(list, { value: comparable(last[field]), id: last.id }) : null,
  };
}

/** Whether a row can have this value; anything else would be for the database to stumble over. */
function isPlace(field: Field, { value, id }: Position): boolean {
  if (field === 'id') return value === id;
  if (field === 'name') return typeof value === 'string' && NAME_LENGTH.test(value);
  return typeof value === 'number' && Number.isInteger(value) && value >= FIRST_MS && value <= LAST_MS;
}

/** All that decides which rows there are and in what order; not how many are taken at once. */
function nameOf<T extends ObjectLiteral>(rows: SelectQueryBuilder<T>, query: PageQuery): string {
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

import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { judgeTexts } from '../database/judged-texts.js';
import type { Position } from './cursor.js';
import type { Page, PageQuery } from './page.dto.js';
import { inOrder, nameOf, orderOf, pageFrom, placeOf, positionOf, spellingsOf, whereContent } from './page.js';
import type { PastRows } from './past-rows.js';
import type { Scheduled } from './scheduled.entity.js';

type Row = Scheduled & ObjectLiteral;

/** Rows that are read beyond those of the page, since some of them may be replaced. */
const MAX_SPARE = 1_000;

/**
 * The page of findPage at a moment: `rows` of now that are as they were, and those that were others, put in order
 * together. It costs in proportion to the page and to the latter.
 * @param matches whether a row of the past is among the rows that `rows` chooses from
 */
export async function findPastPage<T extends Row>(
  manager: EntityManager,
  rows: SelectQueryBuilder<T>,
  query: PageQuery,
  past: PastRows<T>,
  matches: (row: T) => boolean,
): Promise<Page<T>> {
  const list = nameOf(rows, query);
  const position = positionOf(list, query);
  whereContent(rows, query);
  const present = await presentRows(rows, query, past, position);
  const candidates = past.rows.filter((row) => hasContent(row, query) && matches(row));
  const [ranks, named] = await judgeNames(manager, [...present, ...candidates], query, position);
  const valueOf = ({ value }: Position) => (typeof value === 'string' ? (ranks.get(value) ?? 0) : value);
  const { direction } = orderOf(query);
  const compare = (one: Position, other: Position) => direction * (valueOf(one) - valueOf(other) || one.id - other.id);
  const isBeyond = (row: T) => position === undefined || compare(placeOf(row, query), position) > 0;
  const found = [...present, ...candidates.filter((row) => named(row) && isBeyond(row))];
  return pageFrom(
    list,
    query,
    found.toSorted((one, other) => compare(placeOf(one, query), placeOf(other, query))),
  );
}

/** The first rows of now behind `position` that are as they were: as many as a page may need. */
async function presentRows<T extends Row>(
  rows: SelectQueryBuilder<T>,
  query: PageQuery,
  past: PastRows<T>,
  position: Position | undefined,
): Promise<T[]> {
  const present: T[] = [];
  const size = query.limit + 1 + Math.min(past.replaced, MAX_SPARE);
  for (let from = position; ;) {
    const found = await inOrder(rows.clone(), query, from).limit(size).getMany();
    present.push(...found.filter((row) => !past.isReplaced(row)));
    const last = found.at(-1);
    if (!last || found.length < size || present.length > query.limit) return present;
    from = placeOf(last, query);
  }
}

/** The same as whereContent, but for the name. */
function hasContent({ status, tags }: Scheduled, query: PageQuery): boolean {
  return (
    (query.status === undefined || query.status === status) && (query.tag ?? []).every((tag) => tags.includes(tag))
  );
}

/** The ranks of names, where they are sorted by, and whether a row has the name that is looked for. */
async function judgeNames(
  manager: EntityManager,
  rows: readonly Scheduled[],
  query: PageQuery,
  position: Position | undefined,
): Promise<[ranks: Map<string, number>, named: (row: Scheduled) => boolean]> {
  if (query.name === undefined && orderOf(query).field !== 'name') return [new Map(), () => true];
  const names = [
    ...new Set([...rows.map(({ name }) => name), ...(typeof position?.value === 'string' ? [position.value] : [])]),
  ];
  const lookedFor = query.name === undefined ? [] : Object.values(spellingsOf(query.name));
  const judged = await judgeTexts(manager, names, lookedFor);
  const byName = new Map(names.map((name, index) => [name, judged[index]]));
  return [
    new Map(names.map((name, index) => [name, judged[index]?.rank ?? 0])),
    ({ name }) => byName.get(name)?.contains ?? false,
  ];
}

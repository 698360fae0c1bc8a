import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/** Characters that only themselves and, for letters, their other case are lowered to; no wildcards of LIKE. */
const PLAIN = /[ !-$&-[\]^`-~]+/g;

/** K is also what the Kelvin sign is lowered to, I the İ with a dot. */
const OF_SEVERAL = /[ik]/gi;

/**
 * Keeps the rows whose `column` contains one of `texts`, whatever the case of letters, in every alphabet. On SQLite that
 * is compared in JavaScript, row by row, so rows that cannot match are sorted out by SQLite itself before.
 */
export function whereContains<T extends ObjectLiteral>(
  rows: SelectQueryBuilder<T>,
  column: string,
  texts: Record<string, string>,
): void {
  const isSqlite = rows.connection.options.type === 'better-sqlite3';
  const conditions = Object.entries(texts).map(([name, text]) => {
    rows.setParameter(name, text);
    const contains = `CHARINDEX(LOWER(:${name}), LOWER(${column})) > 0`;
    const pattern = isSqlite ? patternOf(text) : undefined;
    if (pattern === undefined) return contains;
    rows.setParameter(`${name}Pattern`, pattern);
    return `(${column} LIKE :${name}Pattern AND ${contains})`;
  });
  rows.andWhere(conditions.length > 1 ? `(${conditions.join(' OR ')})` : conditions.join(''));
}

/** Matches at least every text that contains `text`: its longest part that LIKE compares as JavaScript does. */
function patternOf(text: string): string | undefined {
  const parts = (text.match(PLAIN) ?? []).map((part) => part.replaceAll(OF_SEVERAL, '_').replace(/^_+/, ''));
  const longest = parts.reduce((one, other) => (other.length > one.length ? other : one), '');
  return longest === '' ? undefined : `%${longest}%`;
}

import type { EntityManager } from 'typeorm';

/** A text as the database sees it among others. */
interface Judged {
  /** The same for texts that it takes for equal, the higher the later it sorts. */
  rank: number;
  /** Whether it contains one of the texts that were looked for. */
  contains: boolean;
}

/**
 * Sorts texts that are in no table as the database sorts a column, and looks in them for others, as whereContains does.
 * Only the database knows: its collation decides.
 */
export async function judgeTexts(
  manager: EntityManager,
  texts: readonly string[],
  lookedFor: readonly string[] = [],
): Promise<Judged[]> {
  if (texts.length === 0) return [];
  const isSqlite = manager.dataSource.options.type === 'better-sqlite3';
  const parameter = (index: number) => (isSqlite ? '?' : `@${index}`);
  const isFound = lookedFor.map((_, index) => `CHARINDEX(LOWER(${parameter(index)}), LOWER("Text")) > 0`).join(' OR ');
  const rows: { Index: string | number; Rank: string | number; Found: number }[] = await manager.query(
    `SELECT "Index", DENSE_RANK() OVER (ORDER BY "Text") AS "Rank",
      CASE WHEN ${isFound || '1 = 1'} THEN 1 ELSE 0 END AS "Found"
    FROM (
      SELECT "key" AS "Index", CAST("value" AS NVARCHAR(500)) AS "Text"
      FROM ${isSqlite ? 'json_each' : 'OPENJSON'}(${parameter(lookedFor.length)})
    ) "Texts"`,
    [...lookedFor, JSON.stringify(texts)],
  );
  const judged: Judged[] = [];
  for (const { Index, Rank, Found } of rows) judged[Number(Index)] = { rank: Number(Rank), contains: Found === 1 };
  return judged;
}

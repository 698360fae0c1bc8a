/** A field that a change touched. */
export interface Difference {
  field: string;
  before: unknown;
  after: unknown;
}

/** Fields that say nothing about what a person did. */
const SILENT = new Set(['id', 'createdOn', 'updatedOn', 'deletedOn', 'campaignEventId']);

type Fields = Record<string, unknown>;

/** The fields in which a row differs before and after a change; none of a row that came or went. */
export function differencesOf(before: unknown, after: unknown): Difference[] {
  if (!isFields(before) || !isFields(after)) return [];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => !SILENT.has(field) && JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((field) => ({ field, before: before[field], after: after[field] }));
}

/** The name of the row that a change was about, as it was last known. */
export function nameIn(before: unknown, after: unknown): string | undefined {
  for (const row of [after, before]) if (isFields(row) && typeof row['name'] === 'string') return row['name'];
  return undefined;
}

/** The campaign that a changed event belongs to. */
export function campaignIn(before: unknown, after: unknown): number | undefined {
  for (const row of [after, before])
    if (isFields(row) && typeof row['campaignEventId'] === 'number') return row['campaignEventId'];
  return undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The orders in which people write day and month. */
export const DATE_ORDERS = ['dmy', 'mdy'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

/** A date that ends with its year, and a time: `27.11.2026 09:00`. */
const YEAR_LAST = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})[\sT,]+(\d{1,2})(:\d{2}(?::\d{2})?)$/;

/** A date as spreadsheets write it, in a form that bodies take. Any other text stays: reading it says what is wrong. */
export function isoLike(text: string, order: DateOrder | undefined): string {
  const [, first, , second, year, hour, rest] = YEAR_LAST.exec(text) ?? [];
  if (order === undefined || first === undefined || second === undefined || hour === undefined) return text;
  const [day, month] = order === 'dmy' ? [first, second] : [second, first];
  return `${year}/${month.padStart(2, '0')}/${day.padStart(2, '0')} ${hour.padStart(2, '0')}${rest}`;
}

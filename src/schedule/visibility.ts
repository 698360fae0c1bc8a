import type { Status } from './content.js';

interface Publication {
  status: Status;
  visibleFrom: Date | null;
}

/** The first instant at which the public may see a row, in epoch milliseconds, 0 for always; null: never. */
export function visibleMs({ status, visibleFrom }: Publication): number | null {
  return status === 'published' || status === 'cancelled' ? (visibleFrom?.getTime() ?? 0) : null;
}

/** The same as a condition of SQL at the instant `:now`: on a row, and on the campaign that it is hidden with. */
export function visibleAt(...aliases: readonly string[]): string {
  return shownAt(`IN ('published', 'cancelled')`, aliases);
}

/** As a condition of SQL at `:now`: seen and neither a draft nor cancelled, so that the dates alone decide what is live. */
export function publishedAt(...aliases: readonly string[]): string {
  return shownAt(`= 'published'`, aliases);
}

function shownAt(status: string, aliases: readonly string[]): string {
  const isShown = (row: string) =>
    `${row}.status ${status} AND (${row}.visibleFrom IS NULL OR ${row}.visibleFrom <= :now)`;
  return aliases.map(isShown).join(' AND ');
}

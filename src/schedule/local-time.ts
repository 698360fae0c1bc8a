import { Temporal } from 'temporal-polyfill';

const DATE = String.raw`\d{4}-\d{2}-\d{2}`;
const TIME = String.raw`([01]\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d{1,9})?)?`;
const WITH_OFFSET = new RegExp(`^${DATE}T${TIME}(Z|[+-]([01]\\d|2[0-3])(:?[0-5]\\d)?)$`, 'i');
const WITHOUT_OFFSET = new RegExp(`^${DATE}T${TIME}$`, 'i');
const SLASHED = /^\d{4}\/\d{2}\/\d{2} ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;

/** The years Atrium keeps: wide enough for every campaign, and far from the edges of DATETIME2 whatever the offset. */
export const FIRST_YEAR = 1970;
export const LAST_YEAR = 2999;

/**
 * Reads a date as the API takes it: ISO 8601 with an offset or `Z`, or local time in `timeZone` as
 * `yyyy/MM/dd HH:mm:ss` or as ISO 8601 without an offset. A local time that a clock change skips or repeats is
 * resolved as Temporal's "compatible" does: skipped, the time moves on by the length of the gap; repeated, the earlier
 * one. Fractions beyond milliseconds are cut off. Anything else, and years before 1970 or after 2999, is undefined.
 */
export function parseInstant(text: string, timeZone: string): Date | undefined {
  const epochMs = toEpochMs(text, timeZone);
  if (epochMs === undefined) return undefined;
  const date = new Date(epochMs);
  const year = date.getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR ? date : undefined;
}

function toEpochMs(text: string, timeZone: string): number | undefined {
  try {
    if (WITH_OFFSET.test(text)) return Temporal.Instant.from(text).epochMilliseconds;
    if (!WITHOUT_OFFSET.test(text) && !SLASHED.test(text)) return undefined;
    return Temporal.PlainDateTime.from(text.replaceAll('/', '-'), { overflow: 'reject' }).toZonedDateTime(timeZone, {
      disambiguation: 'compatible',
    }).epochMilliseconds;
  } catch {
    return undefined; // the shape is right and the day does not exist, such as 30 February
  }
}

import { Temporal } from 'temporal-polyfill';

const DATE = String.raw`\d{4}-\d{2}-\d{2}`;
const TIME = String.raw`([01]\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d{1,9})?)?`;
const WITH_OFFSET = new RegExp(`^${DATE}T${TIME}(Z|[+-]([01]\\d|2[0-3])(:?[0-5]\\d)?)$`, 'i');
const WITHOUT_OFFSET = new RegExp(`^${DATE}T${TIME}$`, 'i');
const SLASHED = /^\d{4}\/\d{2}\/\d{2} ([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;
const WITHOUT_SECONDS = /^.{10}[T ]\d{2}:\d{2}(?!:)/i;

const LAST_MS_OF_MINUTE = 59_999;

/** The years Atrium keeps: wide enough for every campaign, and far from the edges of DATETIME2 whatever the offset. */
export const FIRST_YEAR = 1970;
export const LAST_YEAR = 2999;

/** The end of a period that a date is: it decides what a date without seconds, or one that comes twice, means. */
export type Edge = 'start' | 'end';

/**
 * Reads a date as the API takes it: ISO 8601 with an offset or `Z`, or local time in `timeZone` as
 * `yyyy/MM/dd HH:mm:ss` or as ISO 8601 without an offset. Without seconds a start is the first instant of its minute, an
 * end the last. A local time that a clock change skips or repeats is resolved as Temporal's "compatible" does: skipped,
 * the time moves on by the length of the gap; repeated, it is the earlier one. An end that is repeated is the later one.
 * Fractions beyond milliseconds are cut off. Anything else, and years before 1970 or after 2999, is undefined.
 */
export function parseInstant(text: string, timeZone: string, edge: Edge = 'start'): Date | undefined {
  const epochMs = toEpochMs(text, timeZone, edge);
  if (epochMs === undefined) return undefined;
  const date = new Date(epochMs);
  return isInKeptYears(date) ? date : undefined;
}

/** Whether a date says by itself which instant it is, wherever it is read. */
export function hasOffset(text: string): boolean {
  return WITH_OFFSET.test(text);
}

/**
 * An instant as people at the shopping centre say it: `4 December 2026 00:00`. Seconds are told where there are any; an
 * end that is the last millisecond of its minute is told as it is written, without them.
 */
export function localWords(instant: Date, timeZone: string, edge: Edge): string {
  const local = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
  const isWholeMinute =
    (local.second * 1_000 + local.millisecond) % 60_000 === (edge === 'end' ? LAST_MS_OF_MINUTE : 0);
  const smallestUnit = isWholeMinute ? 'minute' : local.millisecond > 0 ? 'millisecond' : 'second';
  const day = local.toLocaleString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  return `${day} ${local.toPlainTime().toString({ smallestUnit })}`;
}

/**
 * The instant as far from `to` as `instant` is from `from`, both by the clock in `timeZone`: what was at nine is at nine
 * again, whether the clock has changed or not.
 */
export function atSameDistance(instant: Date, from: Date, to: Date, timeZone: string, edge: Edge = 'start'): Date {
  if (from.getTime() === to.getTime()) return instant;
  const clockAt = (date: Date) =>
    Temporal.Instant.fromEpochMilliseconds(date.getTime()).toZonedDateTimeISO(timeZone).toPlainDateTime();
  const local = clockAt(instant).add(clockAt(from).until(clockAt(to)));
  return new Date(local.toZonedDateTime(timeZone, { disambiguation: disambiguationOf(edge) }).epochMilliseconds);
}

/** Whether it is in the years that Atrium keeps. */
export function isInKeptYears(date: Date): boolean {
  const year = date.getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}

function disambiguationOf(edge: Edge): 'later' | 'compatible' {
  return edge === 'end' ? 'later' : 'compatible';
}

function toEpochMs(text: string, timeZone: string, edge: Edge): number | undefined {
  const addedMs = edge === 'end' && WITHOUT_SECONDS.test(text) ? LAST_MS_OF_MINUTE : 0;
  try {
    if (WITH_OFFSET.test(text)) return Temporal.Instant.from(text).epochMilliseconds + addedMs;
    if (!WITHOUT_OFFSET.test(text) && !SLASHED.test(text)) return undefined;
    const local = Temporal.PlainDateTime.from(text.replaceAll('/', '-'), { overflow: 'reject' });
    const disambiguation = disambiguationOf(edge);
    return local.add({ milliseconds: addedMs }).toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds;
  } catch {
    return undefined; // the shape is right and the day does not exist, such as 30 February
  }
}

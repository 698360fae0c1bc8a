import { type CalendarDateTime, now, parseAbsolute, parseDateTime, toCalendarDateTime } from '@internationalized/date';

/** A date as the API gives it (an instant, ending in Z) or as the desk sends it (the centre's clock, no offset). */
export type DateText = string;

/** A date as the clocks of the centre show it. */
export function clockOf(date: DateText, timeZone: string): CalendarDateTime {
  return isInstant(date) ? toCalendarDateTime(parseAbsolute(date, timeZone)) : parseDateTime(date);
}

/** A time of the centre's clock to the minute. The service fills in seconds: a start begins it, an end ends with it. */
export function minuteOf(clock: CalendarDateTime): DateText {
  return clock.toString().slice(0, 16);
}

/** A time of the centre's clock with all its digits. */
export function exactly(clock: CalendarDateTime): DateText {
  return clock.toString();
}

export function clockNow(timeZone: string): CalendarDateTime {
  return toCalendarDateTime(now(timeZone));
}

/** Milliseconds of the centre's clock, counted as if it were UTC: days of the scale are equally long. */
export function clockMs(date: DateText | number, timeZone: string): number {
  const ms = typeof date === 'number' ? date : Date.parse(isInstant(date) ? date : `${date}Z`);
  return typeof date === 'string' && !isInstant(date) ? ms : ms + offsetMs(ms, timeZone);
}

/** The instant of a date, in milliseconds. A time that a clock change repeats is taken as the earlier one. */
export function instantMs(date: DateText, timeZone: string): number {
  if (isInstant(date)) return Date.parse(date);
  const wall = Date.parse(`${date}Z`);
  const guess = wall - offsetMs(wall, timeZone);
  return wall - offsetMs(guess, timeZone);
}

/** Whether two dates show the same minute on the centre's clock. */
export function isSameMinute(one: DateText, other: DateText, timeZone: string): boolean {
  return minuteOf(clockOf(one, timeZone)) === minuteOf(clockOf(other, timeZone));
}

function isInstant(date: DateText): boolean {
  return /(?:Z|[+-]\d\d:\d\d)$/.test(date);
}

/** Offsets change with hours of the clock at most: one is computed for each hour that occurs. */
const offsets = new Map<string, number>();

function offsetMs(instant: number, timeZone: string): number {
  const key = `${timeZone} ${Math.floor(instant / 900_000)}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    offset = parseAbsolute(new Date(instant).toISOString(), timeZone).offset;
    offsets.set(key, offset);
  }
  return offset;
}

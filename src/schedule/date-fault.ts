import { Temporal } from 'temporal-polyfill';
import { FIRST_YEAR, LAST_YEAR } from './local-time.js';

const FORMS =
  'write it as the clocks at the shopping centre show it, 2026/11/27 09:00, ' +
  'or as ISO 8601 with an offset or Z, 2026-11-27T09:00:00+01:00';

/** Characters of a date and its blanks. A longer text is not told back. */
const MAX_LENGTH = 60;

/** Day, month and year in the order of a country, with or without a time. */
const YEAR_LAST = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:[T ,]+(.*))?$/i;

/** A day with its year first, and what follows it. */
const YEAR_FIRST = /^(\d{4})([/-])(\d{1,2})\2(\d{1,2})(.*)$/s;

/** A time of day, and what follows it. */
const TIME = /^([T ]+)(\d{1,2}):(\d{1,2})(?::(\d{1,2})([.,]\d+)?)?(.*)$/is;

const OFFSET = /^(Z|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)$/i;

/**
 * Tells what is wrong with a value that was given as a date and is none, and what to write in its place.
 * @param value anything that `parseInstant` does not read
 */
export function dateFault(value: unknown): string {
  if (value === undefined) return `is missing: ${FORMS}`;
  if (typeof value !== 'string') return `must be a date in quotation marks: ${FORMS}`;
  if (value.length > MAX_LENGTH) return `is no date that can be read: ${FORMS}`;
  const text = value.trim();
  if (text === '') return `is empty: ${FORMS}`;
  const [, first, separator, second, year, time] = YEAR_LAST.exec(text) ?? [];
  if (first && separator && second && year) return yearLastFault(first, separator, second, year, time);
  const [, years, mark, months, days, rest] = YEAR_FIRST.exec(text) ?? [];
  if (!years || !mark || !months || !days || rest === undefined) return `is no date that can be read: ${FORMS}`;
  const fault = dayFault(Number(years), Number(months), Number(days));
  if (fault) return fault;
  if (text !== value) return `has blanks around it: write ${text}`;
  const day = [years, months.padStart(2, '0'), days.padStart(2, '0')];
  if (rest === '') return timeMissing(day);
  return (
    timeFault(day, mark, rest) ?? (months.length < 2 || days.length < 2 ? twoDigits(day, rest) : otherFault(years))
  );
}

/** The order of day and month differs between countries: it is told, never guessed. */
function yearLastFault(first: string, separator: string, second: string, year: string, time = ''): string {
  const [one = '', other = ''] = [first, second].map((part) => part.padStart(2, '0'));
  const orders =
    separator === '.'
      ? [[year, other, one]]
      : [
          [year, other, one],
          [year, one, other],
        ];
  const days = orders.filter(exists);
  const form = separator === '.' ? 'day.month.year is' : `dates that end with the year are`;
  const found = TIME.exec(` ${time}`);
  const written = days.map((day) => (found ? slashed(day, ` ${found[2]?.padStart(2, '0')}:${found[3]}`) : spanOf(day)));
  if (written.length === 0) return `is no day that exists, and ${form} not read: ${FORMS}`;
  const missing = found ? '' : ', and the time is missing';
  return `${form} not read${missing}: write ${[...new Set(written)].join('; or, if the month comes first, ')}`;
}

function exists([year, month, day]: string[]): boolean {
  return dayFault(Number(year), Number(month), Number(day)) === undefined;
}

function dayFault(year: number, month: number, day: number): string | undefined {
  if (month < 1 || month > 12) return `has no month that exists: months go from 01 to 12, after the year`;
  const monthOfYear = Temporal.PlainYearMonth.from({ year, month });
  if (day >= 1 && day <= monthOfYear.daysInMonth) return undefined;
  const name = monthOfYear.toPlainDate({ day: 1 }).toLocaleString('en-GB', { month: 'long' });
  return `is no day that exists: ${name} ${year} has ${monthOfYear.daysInMonth} days`;
}

function timeFault(day: string[], mark: string, rest: string): string | undefined {
  const [, gap, hours, minutes, seconds, fraction = '', after = ''] = TIME.exec(rest) ?? [];
  if (!gap || !hours || !minutes) return `has no time that can be read after the day: write ${spanOf(day)}`;
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(seconds ?? 0)];
  if (hour === 24 && minute === 0 && second === 0)
    return `has the time 24:00: write ${slashed(day, ' 23:59')} for the end of that day`;
  if (hour > 23 || minute > 59 || second > 59)
    return 'has a time that does not exist: hours go from 00 to 23, minutes and seconds from 00 to 59';
  const time =
    [hours, minutes, ...(seconds ? [seconds] : [])].map((part) => part.padStart(2, '0')).join(':') + fraction;
  const half = /^\s*([ap])\.?m\.?$/i.exec(after)?.[1]?.toLowerCase();
  if (half) return `takes the time as 24 hours: write ${slashed(day, ` ${of24(hour, half, time)}`)}`;
  const offset = after.trim();
  if (offset.endsWith(']')) return `takes no name of a time zone: leave out what is in brackets`;
  if (offset !== '' && !OFFSET.test(offset))
    return `has something after the time that is no offset: write Z, or hours and minutes as in +01:00`;
  const iso = `${day.join('-')}T${time}${offset}`;
  if (offset !== '' && (mark === '/' || offset !== after)) return `takes an offset in this form only: write ${iso}`;
  if (mark === '/' && fraction !== '') return `takes fractions of a second in this form only: write ${iso}`;
  if (mark === '/' && gap !== ' ') return `needs one space between day and time: write ${slashed(day, ` ${time}`)}`;
  if (mark === '-' && gap.toUpperCase() !== 'T')
    return `needs a T between day and time${offset === '' ? ', or slashes' : ''}: write ${iso}${offset === '' ? ` or ${slashed(day, ` ${time}`)}` : ''}`;
  if ([hours, minutes, seconds ?? '00'].some(({ length }) => length < 2))
    return `needs two digits for hours, minutes and seconds: write ${mark === '/' ? slashed(day, ` ${time}`) : iso}`;
  return undefined;
}

function of24(hour: number, half: string, time: string): string {
  return String((hour % 12) + (half === 'p' ? 12 : 0)).padStart(2, '0') + time.slice(2);
}

function twoDigits(day: string[], rest: string): string {
  return `needs two digits for month and day: write ${day.join(rest.startsWith('T') ? '-' : '/')}${rest}`;
}

function otherFault(year: string): string {
  return Number(year) <= FIRST_YEAR || Number(year) >= LAST_YEAR
    ? `must be in the years ${FIRST_YEAR} to ${LAST_YEAR}`
    : `is no date that can be read: ${FORMS}`;
}

function timeMissing(day: string[]): string {
  return `the time is missing: write ${spanOf(day)}`;
}

function spanOf(day: string[]): string {
  return `${slashed(day, ' 00:00')} for its beginning, ${slashed(day, ' 23:59')} for its end`;
}

function slashed(day: string[], time: string): string {
  return day.join('/') + time;
}

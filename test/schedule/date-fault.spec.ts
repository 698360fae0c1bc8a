import { describe, expect, it } from '@jest/globals';
import { dateFault } from '../../src/schedule/date-fault.js';
import { parseInstant } from '../../src/schedule/local-time.js';

const WRONG: [value: unknown, fault: unknown][] = [
  ['2026/12/04', 'the time is missing: write 2026/12/04 00:00 for its beginning, 2026/12/04 23:59 for its end'],
  ['2026-12-04', 'the time is missing: write 2026/12/04 00:00 for its beginning, 2026/12/04 23:59 for its end'],
  [
    '27.11.2026',
    'day.month.year is not read, and the time is missing: write 2026/11/27 00:00 for its beginning, 2026/11/27 23:59 for its end',
  ],
  ['27.11.2026 9:30', 'day.month.year is not read: write 2026/11/27 09:30'],
  ['11/27/2026 09:00', 'dates that end with the year are not read: write 2026/11/27 09:00'],
  [
    '04/12/2026 09:00',
    'dates that end with the year are not read: write 2026/12/04 09:00; or, if the month comes first, 2026/04/12 09:00',
  ],
  ['31.02.2026 09:00', expect.stringMatching(/^is no day that exists, and day\.month\.year is not read: write it as/)],
  [
    '2026-12-04 09:00:00',
    'needs a T between day and time, or slashes: write 2026-12-04T09:00:00 or 2026/12/04 09:00:00',
  ],
  ['2026-12-04 09:00+01:00', 'needs a T between day and time: write 2026-12-04T09:00+01:00'],
  ['2026/12/04T09:00', 'needs one space between day and time: write 2026/12/04 09:00'],
  ['2026/12/04 09:00:00+01:00', 'takes an offset in this form only: write 2026-12-04T09:00:00+01:00'],
  ['2026-12-04T09:00:00 Z', 'takes an offset in this form only: write 2026-12-04T09:00:00Z'],
  ['2026/12/04 09:00:00.5', 'takes fractions of a second in this form only: write 2026-12-04T09:00:00.5'],
  ['2026/1/2 00:00', 'needs two digits for month and day: write 2026/01/02 00:00'],
  ['2026/12/04 9:00', 'needs two digits for hours, minutes and seconds: write 2026/12/04 09:00'],
  ['2026/12/04 9:05 pm', 'takes the time as 24 hours: write 2026/12/04 21:05'],
  ['2026/12/04 12:00 a.m.', 'takes the time as 24 hours: write 2026/12/04 00:00'],
  ['2026/02/30 00:00:00', 'is no day that exists: February 2026 has 28 days'],
  ['2026/02/30', 'is no day that exists: February 2026 has 28 days'],
  ['2026-13-01', 'has no month that exists: months go from 01 to 12, after the year'],
  ['2026/11/27 24:00', 'has the time 24:00: write 2026/11/27 23:59 for the end of that day'],
  ['2026-11-27T23:60:00Z', 'has a time that does not exist: hours go from 00 to 23, minutes and seconds from 00 to 59'],
  [
    '2026-11-27T00:00:00+1',
    'has something after the time that is no offset: write Z, or hours and minutes as in +01:00',
  ],
  ['2026-11-27T00:00:00+01[Europe/Berlin]', 'takes no name of a time zone: leave out what is in brackets'],
  [
    '2026-11-27T00',
    'has no time that can be read after the day: write 2026/11/27 00:00 for its beginning, 2026/11/27 23:59 for its end',
  ],
  [' 2026/11/27 00:00', 'has blanks around it: write 2026/11/27 00:00'],
  ['0001-01-01T00:00:00Z', 'must be in the years 1970 to 2999'],
  ['9999-12-31T23:59:59Z', 'must be in the years 1970 to 2999'],
  ['1970/01/01 00:30', 'must be in the years 1970 to 2999'],
  [
    'tomorrow',
    expect.stringMatching(
      /^is no date that can be read: write it as the clocks .* 2026\/11\/27 09:00, .* 2026-11-27T09:00:00\+01:00$/,
    ),
  ],
  ['1764201600000', expect.stringMatching(/^is no date that can be read: write it as/)],
  ['', expect.stringMatching(/^is empty: write it as/)],
  [undefined, expect.stringMatching(/^is missing: write it as/)],
  [null, expect.stringMatching(/^must be a date in quotation marks: write it as/)],
  [1_764_201_600_000, expect.stringMatching(/^must be a date in quotation marks: write it as/)],
  [`2026/11/27 00:00${'0'.repeat(60_000)}`, expect.stringMatching(/^is no date that can be read: .{0,200}$/)],
];

describe('what is said of a bad date', () => {
  it.each(WRONG)('%j', (value, fault) => {
    expect(dateFault(value)).toEqual(fault);
  });

  it('is said of nothing that is read', () => {
    const texts = WRONG.map(([value]) => value).filter((value) => typeof value === 'string');
    expect(texts.filter((text) => parseInstant(text, 'Europe/Berlin'))).toEqual([]);
  });

  it('tells dates to write that are read', () => {
    const told = WRONG.flatMap(([value]) => dateFault(value).match(/\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:[^\s,;]*/g) ?? []);
    expect(told.length).toBeGreaterThan(40);
    expect(told.filter((date) => !parseInstant(date, 'Europe/Berlin'))).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { type Edge, localWords, parseInstant } from '../../src/schedule/local-time.js';

const BERLIN = 'Europe/Berlin';
const NEW_YORK = 'America/New_York';

function iso(text: string, timeZone = BERLIN, edge?: Edge): string | undefined {
  return parseInstant(text, timeZone, edge)?.toISOString();
}

function told(text: string, edge: Edge): string {
  return localWords(new Date(text), BERLIN, edge);
}

describe('a date in a request', () => {
  it.each([
    ['2026/11/27 00:00:00', '2026-11-26T23:00:00.000Z'],
    ['2026-11-27T00:00:00', '2026-11-26T23:00:00.000Z'],
    ['2026-11-27T00:00', '2026-11-26T23:00:00.000Z'],
    ['2026/07/01 12:30:15', '2026-07-01T10:30:15.000Z'],
    ['2028/02/29 00:00:00', '2028-02-28T23:00:00.000Z'],
  ])('is local time at the shopping centre when it has no offset: %s', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  it.each([
    ['2026-11-27T00:00:00+01:00', '2026-11-26T23:00:00.000Z'],
    ['2026-11-27T00:00:00Z', '2026-11-27T00:00:00.000Z'],
    ['2026-11-27t00:00:00z', '2026-11-27T00:00:00.000Z'],
    ['2026-11-27T00:00:00-05:00', '2026-11-27T05:00:00.000Z'],
    ['2026-11-27T00:00:00+0530', '2026-11-26T18:30:00.000Z'],
    ['2026-11-27T00:00:00-00:00', '2026-11-27T00:00:00.000Z'],
    ['2026-11-27T00:00Z', '2026-11-27T00:00:00.000Z'],
  ])('means the same everywhere when it has an offset: %s', (text, expected) => {
    expect([iso(text, BERLIN), iso(text, NEW_YORK)]).toEqual([expected, expected]);
  });

  it.each([
    // Skipped: the clock of the wall moves on by the length of the gap.
    [BERLIN, '2026/03/29 01:59:59', '2026-03-29T00:59:59.000Z'],
    [BERLIN, '2026/03/29 02:00:00', '2026-03-29T01:00:00.000Z'],
    [BERLIN, '2026/03/29 02:30:00', '2026-03-29T01:30:00.000Z'],
    [BERLIN, '2026/03/29 03:00:00', '2026-03-29T01:00:00.000Z'],
    [NEW_YORK, '2026/03/08 01:59:59', '2026-03-08T06:59:59.000Z'],
    [NEW_YORK, '2026/03/08 02:30:00', '2026-03-08T07:30:00.000Z'],
    [NEW_YORK, '2026/03/08 03:00:00', '2026-03-08T07:00:00.000Z'],
    // Repeated: the earlier of the two.
    [BERLIN, '2026/10/25 02:00:00', '2026-10-25T00:00:00.000Z'],
    [BERLIN, '2026/10/25 02:30:00', '2026-10-25T00:30:00.000Z'],
    [BERLIN, '2026/10/25 03:00:00', '2026-10-25T02:00:00.000Z'],
    [NEW_YORK, '2026/11/01 01:30:00', '2026-11-01T05:30:00.000Z'],
    [NEW_YORK, '2026/11/01 02:00:00', '2026-11-01T07:00:00.000Z'],
    // An island that left out a whole day.
    ['Pacific/Apia', '2011/12/30 12:00:00', '2011-12-30T22:00:00.000Z'],
  ])('is resolved where a clock change skips or repeats it: %s %s', (timeZone, text, expected) => {
    expect(iso(text, timeZone)).toBe(expected);
    expect(iso(text.replaceAll('/', '-').replace(' ', 'T'), timeZone)).toBe(expected);
  });

  it.each([
    ['2026/11/27 23:59', '2026-11-27T22:59:00.000Z', '2026-11-27T22:59:59.999Z'],
    ['2026-11-27T23:59', '2026-11-27T22:59:00.000Z', '2026-11-27T22:59:59.999Z'],
    ['2026-11-27T23:59+01:00', '2026-11-27T22:59:00.000Z', '2026-11-27T22:59:59.999Z'],
    ['2026-11-27T23:59+01', '2026-11-27T22:59:00.000Z', '2026-11-27T22:59:59.999Z'],
    ['2026-11-27t23:59z', '2026-11-27T23:59:00.000Z', '2026-11-27T23:59:59.999Z'],
    ['2026/11/27 23:59:59', '2026-11-27T22:59:59.000Z', '2026-11-27T22:59:59.000Z'],
    ['2026-11-27T23:59:00', '2026-11-27T22:59:00.000Z', '2026-11-27T22:59:00.000Z'],
  ])('is the whole minute without seconds, and exact with them: %s', (text, start, end) => {
    expect([iso(text, BERLIN, 'start'), iso(text, BERLIN, 'end')]).toEqual([start, end]);
  });

  it('leaves no gap before the next day', () => {
    const end = parseInstant('2026/11/27 23:59', BERLIN, 'end')?.getTime() ?? 0;
    expect(parseInstant('2026/11/28 00:00', BERLIN)?.getTime()).toBe(end + 1);
  });

  it.each([
    // Clocks go back at the end of the day: 23:59 comes twice, and the day ends with the later one.
    ['America/Santiago', '2026/04/04 23:59', '2026-04-05T02:59:00.000Z', '2026-04-05T03:59:59.999Z'],
    ['America/Santiago', '2026/04/04 23:59:59', '2026-04-05T02:59:59.000Z', '2026-04-05T03:59:59.000Z'],
    ['Asia/Beirut', '2026/10/24 23:30', '2026-10-24T20:30:00.000Z', '2026-10-24T21:30:59.999Z'],
    ['Africa/Cairo', '2026/10/29 23:59', '2026-10-29T20:59:00.000Z', '2026-10-29T21:59:59.999Z'],
    [BERLIN, '2026/10/25 02:30', '2026-10-25T00:30:00.000Z', '2026-10-25T01:30:59.999Z'],
    // Skipped: start and end move on by the length of the gap.
    [BERLIN, '2026/03/29 02:30', '2026-03-29T01:30:00.000Z', '2026-03-29T01:30:59.999Z'],
  ])('is the later of two instants where it ends a period: %s %s', (timeZone, text, start, end) => {
    expect([iso(text, timeZone, 'start'), iso(text, timeZone, 'end')]).toEqual([start, end]);
  });

  it('is told to people in the form in which they write it', () => {
    expect(told('2026-12-03T23:00:00.000Z', 'start')).toBe('4 December 2026 00:00');
    expect(told('2026-12-04T22:59:59.999Z', 'end')).toBe('4 December 2026 23:59');
    expect(told('2026-12-04T22:59:59.000Z', 'end')).toBe('4 December 2026 23:59:59');
    expect(told('2026-12-04T22:59:00.000Z', 'end')).toBe('4 December 2026 23:59:00');
    expect(told('2026-12-03T23:00:00.050Z', 'start')).toBe('4 December 2026 00:00:00.050');
  });

  it.each([
    ['2026-11-27T00:00:00.1Z', '2026-11-27T00:00:00.100Z'],
    ['2026-11-27T00:00:00.123Z', '2026-11-27T00:00:00.123Z'],
    ['2026-11-27T00:00:00,5Z', '2026-11-27T00:00:00.500Z'],
    ['2026-11-27T00:00:00.123999999Z', '2026-11-27T00:00:00.123Z'],
    ['2026-11-27T00:00:00.999', '2026-11-26T23:00:00.999Z'],
  ])('has fractions of a second down to milliseconds: %s', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  it.each([
    ['1970-01-01T00:00:00Z', true],
    ['1969-12-31T23:59:59Z', false],
    ['1970/01/01 00:30:00', false], // 1969 in UTC
    ['2999-12-31T23:59:59.999Z', true],
    ['3000-01-01T00:00:00Z', false],
    ['2999-12-31T23:59:59-01:00', false],
  ])('lies in the years that Atrium keeps: %s is fine: %s', (text, isFine) => {
    expect(iso(text) !== undefined).toBe(isFine);
  });

  it.each([
    '2026/02/30 00:00:00',
    '2026/02/29 00:00:00',
    '2026-02-30T00:00:00Z',
    '2026-04-31T00:00:00',
    '2026-13-01',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-11-27',
    '2026/11/27',
    '2026-11-27T24:00:00Z',
    '2026/11/27 24:00:00',
    '2026-11-27T23:60:00Z',
    '2026-11-27T23:59:60Z',
    '2026/11/27 23:59:60',
    '2026/11/27T00:00:00',
    '2026/11-27 00:00:00',
    '2026/1/2 00:00:00',
    '2026-11-27 00:00:00',
    '2026-11-27T00:00:00+24:00',
    '2026-11-27T00:00:00+1:00',
    '2026-11-27T00:00:00+1',
    '2026-11-27T00:00:00.Z',
    '2026-11-27T00:00:00.1234567890Z',
    '2026-11-27T00:00:00[Europe/Berlin]',
    '2026-11-27T00:00:00Z[u-ca=hebrew]',
    '20261127T000000Z',
    '2026-W48-5T00:00:00Z',
    '+002026-11-27T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '0001/01/01 00:00:00',
    '9999-12-31T23:59:59Z',
    '9999/12/31 23:59:59',
    ' 2026-11-27T00:00:00Z',
    '2026-11-27T00:00:00Z\n',
    '２０２６/11/27 00:00:00',
    'tomorrow',
    '1764201600000',
    '',
  ])('is refused when it is not one of the two forms, or no such day: %j', (text) => {
    expect(parseInstant(text, BERLIN)).toBeUndefined();
  });
});

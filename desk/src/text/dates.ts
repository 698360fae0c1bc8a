import { useMemo } from 'react';
import { useSpeech } from './text.tsx';

/** Dates in words, by the clock of a centre and the habits of the reader. */
export function useDates(timeZone: string) {
  const { locale } = useSpeech();
  return useMemo(() => {
    const format = (options: Intl.DateTimeFormatOptions, zone = timeZone) =>
      new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
    const instant = format({ dateStyle: 'medium', timeStyle: 'short' });
    const period = format({ day: 'numeric', month: 'short', year: 'numeric', hour: 'numeric', minute: '2-digit' });
    const time = format({ timeStyle: 'short' });
    const longTime = format({ weekday: 'long', day: 'numeric', month: 'long', hour: 'numeric', minute: '2-digit' });
    return {
      instant: (date: string | number) => instant.format(new Date(date)),
      period: (start: string, end: string) =>
        period.formatRange(new Date(start), new Date(Math.max(Date.parse(start), Date.parse(end)))),
      time: (date: string | number) => time.format(new Date(date)),
      long: (date: string | number) => longTime.format(new Date(date)),
      /** Formats milliseconds of the centre's clock, which are counted as if it were UTC. */
      ofClock: (options: Intl.DateTimeFormatOptions) => {
        const formatter = format(options, 'UTC');
        return (ms: number) => formatter.format(ms);
      },
    };
  }, [locale, timeZone]);
}

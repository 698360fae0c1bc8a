import { CalendarDate, endOfMonth, endOfWeek, startOfMonth, startOfWeek } from '@internationalized/date';

export const VIEWS = ['day', 'week', 'month', 'quarter'] as const;
export type View = (typeof VIEWS)[number];

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** A stretch of the centre's clock, and how it is divided. Instants are milliseconds of that clock. */
export interface Scale {
  view: View;
  startMs: number;
  endMs: number;
  /** The columns of the heading. */
  ticks: number[];
  tickMs: number;
  /** A drag moves a bar in these steps. */
  stepMs: number;
}

/** @param day any day that is to be seen */
export function scaleOf(view: View, day: CalendarDate, locale: string): Scale {
  const [first, last] = rangeOf(view, day, locale);
  const [startMs, endMs] = [msOf(first), msOf(last) + DAY_MS];
  const tickMs = view === 'day' ? HOUR_MS : DAY_MS;
  const ticks = Array.from({ length: Math.round((endMs - startMs) / tickMs) }, (_, at) => startMs + at * tickMs);
  const stepMs = { day: HOUR_MS / 4, week: HOUR_MS, month: DAY_MS, quarter: DAY_MS }[view];
  return { view, startMs, endMs, ticks, tickMs, stepMs };
}

/** The day to show after a turn of the page. @param by 1 forth, -1 back */
export function turned(view: View, day: CalendarDate, by: number): CalendarDate {
  if (view === 'day') return day.add({ days: by });
  if (view === 'week') return day.add({ weeks: by });
  return startOfMonth(day).add({ months: view === 'month' ? by : by * 3 });
}

/** The place of an instant on the scale, in percent; beyond its ends below 0 or above 100. */
export function placeOf({ startMs, endMs }: Scale, ms: number): number {
  return ((ms - startMs) / (endMs - startMs)) * 100;
}

function rangeOf(view: View, day: CalendarDate, locale: string): [CalendarDate, CalendarDate] {
  if (view === 'day') return [day, day];
  if (view === 'week') return [startOfWeek(day, locale), endOfWeek(day, locale)];
  if (view === 'month') return [startOfMonth(day), endOfMonth(day)];
  const first = new CalendarDate(day.year, day.month - ((day.month - 1) % 3), 1);
  return [first, endOfMonth(first.add({ months: 2 }))];
}

function msOf({ year, month, day }: CalendarDate): number {
  return Date.UTC(year, month - 1, day);
}

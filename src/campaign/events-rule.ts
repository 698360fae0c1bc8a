import { type FieldError, invalid, invalidField, type Problem } from '../problem/problem.js';
import { atSameDistance, isInKeptYears, localWords } from '../schedule/local-time.js';
import type { Period } from '../schedule/period.js';
import type { Scheduled } from '../schedule/scheduled.entity.js';

/** The fates of events that a new period of their campaign would leave outside. */
export const EVENTS_RULES = ['shift', 'trim', 'keep'] as const;
export type EventsRule = (typeof EVENTS_RULES)[number];

/** The move of a campaign from one period to another, at the instant `now`, by the clock of the shopping centre. */
export interface Move {
  from: Period;
  to: Period;
  timeZone: string;
  now: Date;
}

/** The fields in which an event follows its campaign. */
export type Placing = Pick<Scheduled, 'startDate' | 'endDate' | 'visibleFrom' | 'status'>;

type Event = Placing & Pick<Scheduled, 'id' | 'name'>;

/** An event, and what becomes of it. */
interface Placed {
  event: Event;
  placing: Placing;
}

/**
 * The events of a campaign that moves, as they become, in their order.
 * @throws Problem 422 naming those that would lie outside, unless the rule is `trim` or `keep`
 */
export function placeEvents(events: readonly Event[], move: Move, rule: EventsRule | undefined): Placing[] {
  const moved = (event: Event) => (rule === 'shift' ? moveAlong(event, move, 'shown stays shown') : placingOf(event));
  return settle(
    events.map((event) => ({ event, placing: moved(event) })),
    move,
    rule,
  );
}

/** The same for a copy of the campaign: all its events move along, and nothing of the copy has been shown yet. */
export function placeCopies(events: readonly Event[], move: Move, rule: EventsRule | undefined): Placing[] {
  return settle(
    events.map((event) => ({ event, placing: moveAlong(event, move) })),
    move,
    rule,
  );
}

/**
 * A row at the same distance to the start of the campaign.
 * @param shown `visibleFrom` stays where it is past: what the public has seen is not hidden again
 * @throws Problem 422 when that leads out of the years that are kept
 */
export function moveAlong(
  { name, status, ...row }: Placing & { name: string },
  { from, to, timeZone, now }: Move,
  shown?: 'shown stays shown',
): Placing {
  const along = (date: Date, edge?: 'end') => atSameDistance(date, from.startDate, to.startDate, timeZone, edge);
  const startDate = along(row.startDate);
  // A clock change may skip a short row, which would then end before it starts.
  const endDate = latest(startDate, along(row.endDate, 'end'));
  let visibleFrom = row.visibleFrom && earliest(along(row.visibleFrom), endDate);
  if (visibleFrom && row.visibleFrom && shown && row.visibleFrom <= now)
    visibleFrom = earliest(visibleFrom, row.visibleFrom);
  if (![startDate, endDate, visibleFrom ?? startDate].every(isInKeptYears))
    throw invalidField('#/startDate', `would move ${JSON.stringify(name)} out of the years 1970 to 2999`);
  return { startDate, endDate, visibleFrom, status };
}

function placingOf({ startDate, endDate, visibleFrom, status }: Placing): Placing {
  return { startDate, endDate, visibleFrom, status };
}

function settle(placed: Placed[], move: Move, rule: EventsRule | undefined): Placing[] {
  if (rule === 'trim') return placed.map(({ placing }) => trim(placing, move.to));
  const outside = rule === 'keep' ? [] : placed.filter((one) => isLeftOutside(one, move));
  if (outside.length > 0) throw eventsOutside(outside, move);
  return placed.map(({ placing }) => placing);
}

/** Cuts to the period. What lies wholly outside is cancelled, but for a draft: the public would see it cancelled. */
function trim(placing: Placing, { startDate, endDate }: Period): Placing {
  const cut = { startDate: latest(placing.startDate, startDate), endDate: earliest(placing.endDate, endDate) };
  const isSeenWithin = placing.visibleFrom === null || placing.visibleFrom <= cut.endDate;
  if (cut.startDate <= cut.endDate && isSeenWithin) return { ...placing, ...cut };
  return placing.status === 'published' ? { ...placing, status: 'cancelled' } : placing;
}

/** An event that lay outside before and is not published is in nobody's way. */
function isLeftOutside({ event, placing }: Placed, { from, to }: Move): boolean {
  return !isWithin(placing, to) && (placing.status === 'published' || isWithin(event, from));
}

function isWithin(row: Period, { startDate, endDate }: Period): boolean {
  return row.startDate >= startDate && row.startDate <= endDate && row.endDate <= endDate;
}

function eventsOutside(outside: Placed[], { to, timeZone }: Move): Problem {
  const errors = outside.map(({ event: { id, name }, placing: { startDate, endDate } }): FieldError => {
    const period = `${localWords(startDate, timeZone, 'start')} to ${localWords(endDate, timeZone, 'end')}`;
    return {
      pointer: startDate < to.startDate ? '#/startDate' : '#/endDate',
      detail: `event ${id} ${JSON.stringify(name)} would lie outside, ${period} at the shopping centre`,
    };
  });
  const count = outside.length === 1 ? '1 event' : `${outside.length} events`;
  const detail =
    `${count} would lie outside the campaign: "errors" names them. ` +
    'Say what becomes of them: ?events=shift moves them with the start, trim cuts them to the period, keep leaves them as they are.';
  return invalid(422, 'events-outside', errors, detail);
}

function earliest(one: Date, other: Date): Date {
  return one <= other ? one : other;
}

function latest(one: Date, other: Date): Date {
  return one >= other ? one : other;
}

import { invalidField } from '../problem/problem.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import { localWords } from './local-time.js';

export interface Period {
  startDate: Date;
  endDate: Date;
}

/**
 * @param given the fields of the request, of which the one to blame is named
 * @param pointer JSON Pointer to the row in the request
 * @throws Problem 422 when the period would end before it starts
 */
export function requirePeriod({ startDate, endDate }: Period, given: Partial<Period>, pointer = '#'): void {
  if (endDate >= startDate) return;
  throw given.endDate
    ? invalidField(`${pointer}/endDate`, 'must not be before startDate')
    : invalidField(`${pointer}/startDate`, 'must not be after endDate');
}

/**
 * An event takes place within its campaign.
 * @param pointer JSON Pointer to the event in the request
 * @throws Problem 422 naming the date that lies outside
 */
export function requireWithin(event: Period, campaign: Period, pointer = '#'): void {
  if (event.startDate < campaign.startDate || event.startDate > campaign.endDate)
    throw invalidField(`${pointer}/startDate`, boundsOf(campaign));
  if (event.endDate > campaign.endDate) throw invalidField(`${pointer}/endDate`, boundsOf(campaign));
}

function boundsOf({ startDate, endDate }: Period): string {
  const { timeZone } = currentTenant();
  const local = `${localWords(startDate, timeZone, 'start')} to ${localWords(endDate, timeZone, 'end')}`;
  return `must be within the campaign, ${local} at the shopping centre (${startDate.toISOString()} to ${endDate.toISOString()})`;
}

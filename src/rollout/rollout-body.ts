import { CreateCampaign } from '../campaign/campaign.dto.js';
import { Campaign } from '../campaign/campaign.entity.js';
import { Tenant } from '../catalogue/tenant.entity.js';
import { Event } from '../event/event.entity.js';
import { withDefaults } from '../field/input.js';
import { InputPipe } from '../http/input.pipe.js';
import { type FieldError, invalid, Problem } from '../problem/problem.js';
import { hasOffset } from '../schedule/local-time.js';
import { requireWithin } from '../schedule/period.js';
import { requireWholeRow } from '../schedule/whole-row.js';
import { runAs } from '../tenancy/tenant-context.js';

const PIPE = new InputPipe();

/** A clock that nothing skips: what is wrong by it is wrong in every shopping centre. */
const UTC = Object.assign(new Tenant(), { id: 'utc', timeZone: 'UTC' });

const DATES = ['startDate', 'endDate', 'visibleFrom'];

/**
 * Checks a campaign before any shopping centre has it.
 * @throws Problem 422 naming what no centre could take, such as a date with an offset
 */
export async function requireEverywhereRight(campaign: object): Promise<void> {
  const offsets = datesWithOffset(campaign);
  if (offsets.length > 0) throw invalid(422, 'fields-invalid', offsets);
  await runAs({ tenant: UTC }, async () => {
    const { events = [], ...given } = await readCampaign(campaign);
    const row = Object.assign(new Campaign(), withDefaults(Campaign, 'create', given), { id: 0 });
    blaming('#/campaign', () => {
      requireWholeRow(row, given);
      for (const [index, event] of events.entries()) {
        const pointer = `#/events/${index}`;
        requireWithin(event, given, pointer);
        requireWholeRow(Object.assign(new Event(), withDefaults(Event, 'create', event), { id: 0 }), event, pointer);
      }
    });
  });
}

/** The campaign by the clock of the current tenant. @throws Problem 422 */
export async function readCampaign(campaign: object): Promise<CreateCampaign> {
  // Reading a body takes it apart.
  const body: unknown = structuredClone(campaign);
  try {
    return (await PIPE.transform(body, { type: 'body', metatype: CreateCampaign })) as CreateCampaign;
  } catch (thrown) {
    throw within('#/campaign', thrown);
  }
}

/** Dates that mean the same instant everywhere, and no local time. */
function datesWithOffset(campaign: object): FieldError[] {
  const { events } = campaign as { events?: unknown };
  const rows = [
    [campaign, '#/campaign'],
    ...(Array.isArray(events) ? events : []).map((event, index) => [event, `#/campaign/events/${index}`]),
  ];
  return rows.flatMap(([row, pointer]) =>
    DATES.flatMap((name): FieldError[] => {
      const value = (row as Record<string, unknown> | null)?.[name];
      const detail =
        'must be without an offset: each shopping centre takes it by its own clock, as in 2026/11/27 09:00';
      return typeof value === 'string' && hasOffset(value) ? [{ pointer: `${String(pointer)}/${name}`, detail }] : [];
    }),
  );
}

function blaming(pointer: string, check: () => void): void {
  try {
    check();
  } catch (thrown) {
    throw within(pointer, thrown);
  }
}

/** The same problem, its fields seen from the body that holds them. */
function within(pointer: string, thrown: unknown): unknown {
  if (!(thrown instanceof Problem) || !thrown.extras.errors) return thrown;
  const errors = thrown.extras.errors.map((error) => ({ ...error, pointer: pointer + error.pointer.slice(1) }));
  return new Problem(thrown.getStatus(), thrown.code, thrown.detail, { ...thrown.extras, errors });
}

import { CAN } from 'virtual:rules';
import type { Atrium } from '../api/atrium.ts';
import { readCampaign, tagged } from '../api/queries.ts';
import { Problem } from '../api/problem.ts';
import type { EventsRule } from '../api/rows.ts';
import { absorb, type FormState, isChanged, type RowForm, saved, withProblems } from './form-state.ts';
import { bodyOf, patchOf } from '../row/values.ts';

/** The outcome of a saving. Without `failure` everything is saved. */
export interface Saved {
  form: FormState;
  failure?: unknown;
  /** Somebody else changed the same rows: their change is in the form now, and nothing more was written. */
  isMerged?: boolean;
}

/**
 * Sends what has changed, row by row, each under the tag it was read with. The campaign goes first and leaves its events
 * for a moment where they are, since they follow.
 * @param ask where events that are not in the form's changes would fall outside; undefined gives up
 */
export async function saveChanges(
  atrium: Atrium,
  before: FormState,
  timeZone: string,
  ask: (problem: Problem) => Promise<EventsRule | undefined>,
): Promise<Saved> {
  let form = before;
  try {
    if (isChanged(form.campaign, timeZone)) {
      const campaign = await saveCampaign(atrium, form, timeZone, ask);
      if (!campaign) return { form, failure: undefined, isMerged: false };
      form = { ...form, campaign };
    }
  } catch (thrown) {
    return failed(atrium, form, form.campaign, timeZone, thrown);
  }
  for (const event of before.events) {
    if (!isChanged(event, timeZone)) continue;
    try {
      const after = await saveEvent(atrium, form.campaign.id!, event, timeZone);
      form = { ...form, events: form.events.flatMap((one) => (one.key !== event.key ? [one] : after ? [after] : [])) };
    } catch (thrown) {
      return failed(atrium, form, event, timeZone, thrown);
    }
  }
  return { form };
}

async function saveCampaign(
  atrium: Atrium,
  { campaign, events }: FormState,
  timeZone: string,
  ask: (problem: Problem) => Promise<EventsRule | undefined>,
): Promise<RowForm | undefined> {
  const body = patchOf(campaign.base!, campaign.values, timeZone) ?? {};
  const isPeriod = 'startDate' in body || 'endDate' in body;
  const follow = events.some((event) => isChanged(event, timeZone));
  let rule: EventsRule | undefined = CAN.moveEventsAlong && isPeriod && follow ? 'keep' : undefined;
  for (;;) {
    try {
      const answer = await atrium.PATCH('/campaign-events/{id}', {
        params: { path: { id: campaign.id! }, query: rule === undefined ? {} : { events: rule } },
        headers: { 'If-Match': campaign.etag },
        body,
      });
      return saved(campaign, tagged(answer));
    } catch (thrown) {
      if (!(thrown instanceof Problem) || thrown.code !== 'events-outside') throw thrown;
      rule = await ask(thrown);
      if (rule === undefined) return undefined;
    }
  }
}

async function saveEvent(
  atrium: Atrium,
  campaignEventId: number,
  event: RowForm,
  timeZone: string,
): Promise<RowForm | undefined> {
  const { id, etag, base, values } = event;
  if (id === undefined || base === undefined || event.isGone) {
    const body = { ...bodyOf(values), campaignEventId };
    return saved(event, tagged(await atrium.POST('/events', { body: body as never })));
  }
  const options = { params: { path: { id } }, headers: { 'If-Match': etag } };
  if (event.isRemoved) {
    await atrium.DELETE('/events/{id}', options);
    return undefined;
  }
  const body = patchOf(base, values, timeZone) ?? {};
  return saved(event, tagged(await atrium.PATCH('/events/{id}', { ...options, body })));
}

async function failed(
  atrium: Atrium,
  form: FormState,
  row: RowForm,
  timeZone: string,
  thrown: unknown,
): Promise<Saved> {
  if (!(thrown instanceof Problem)) return { form, failure: thrown };
  if (thrown.status === 412) {
    const now = await readCampaign(atrium, form.campaign.id!);
    return { form: absorb(form, now, timeZone), failure: thrown, isMerged: true };
  }
  const mark = (one: RowForm) => (one.key === row.key ? withProblems(one, thrown) : one);
  return { form: { campaign: mark(form.campaign), events: form.events.map(mark) }, failure: thrown };
}

import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type EventsRule, placeEvents } from '../campaign/events-rule.js';
import { type ChangedRow, type Effect, toldOf } from '../change/effects.js';
import { UnitOfWork, type Write } from '../change/unit-of-work.js';
import { notFound, Problem } from '../problem/problem.js';
import { Representation } from '../representation/representation.js';
import { entityTag } from '../revision/entity-tag.js';
import { campaigns, events, revive, type Row } from '../schedule/past-rows.js';
import { applyEffects, nameOf, presentRows } from '../schedule/row-effects.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import { findDeleted } from './deletion.js';

const CAMPAIGN = campaigns().resource;
const EVENT = events().resource;

/** Brings deleted rows back. */
@Injectable()
export class RestoreService {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * With the events that were deleted with it.
   * @throws Problem 404, 409, and 422 when events lie outside of it and `rule` does not say what becomes of them
   */
  campaign(id: number, rule?: EventsRule): Promise<Representation<object>> {
    return this.restore(CAMPAIGN, id, async ({ manager, at }, [campaign, ...others]) => {
      if (!campaign.after) throw notFound(CAMPAIGN, id);
      const placed = placeIn(manager, revive(manager, campaigns(), campaign.after), others, rule, at);
      return [campaign, ...placed];
    });
  }

  /** @throws Problem as for a campaign, and 409 when its campaign is deleted */
  event(id: number, rule?: EventsRule): Promise<Representation<object>> {
    return this.restore(EVENT, id, async ({ manager, at }, [event]) => {
      const campaignId = Number(event.after?.['campaignEventId']);
      const campaign = (await presentRows(manager, [{ resource: CAMPAIGN, id: campaignId }])).values().next().value;
      if (!campaign) throw campaignDeleted(campaignId);
      const [placed = event] = placeIn(manager, campaign, [event], rule, at);
      return [placed];
    });
  }

  private restore(
    resource: string,
    id: number,
    fit: (write: Write, deleted: [Effect, ...Effect[]]) => Promise<[Effect, ...Effect[]]>,
  ): Promise<Representation<object>> {
    return this.unitOfWork.write(async (write) => {
      const { manager, version } = write;
      if ((await presentRows(manager, [{ resource, id }])).has(nameOf({ resource, id })))
        throw new Problem(409, 'not-deleted', `There is a ${resource} ${id}: it is not deleted.`);
      const deleted = await findDeleted(manager, resource, id);
      const [first, ...others] = await applyEffects(write, await fit(write, deleted));
      if (!first?.after) throw notFound(resource, id);
      const row = first.after;
      const body = resource === CAMPAIGN ? { ...row, events: others.map(({ after }) => after) } : row;
      const result = new Representation(body, entityTag(JSON.stringify(row), version.epoch));
      return { action: 'restore', ...toldOf([first, ...others]), result };
    });
  }
}

/** Events as they fit into the campaign. @throws Problem 422 when they do not, and there is no rule */
function placeIn(
  manager: EntityManager,
  campaign: Row,
  effects: readonly Effect[],
  rule: EventsRule | undefined,
  now: Date,
): Effect[] {
  const rows = effects.flatMap(({ after }) => (after ? revive(manager, events(), after) : []));
  const placings = placeEvents(rows, { from: campaign, to: campaign, timeZone: currentTenant().timeZone, now }, rule);
  return effects.map((effect, index) => ({
    ...effect,
    after: { ...effect.after, ...placings[index] } as ChangedRow,
  }));
}

function campaignDeleted(id: number): Problem {
  return new Problem(
    409,
    'campaign-deleted',
    `Its campaign ${id} is deleted. Restore that first: the events that were deleted with it come back with it.`,
  );
}

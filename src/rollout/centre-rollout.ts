import { Injectable, type Type } from '@nestjs/common';
import { Campaign } from '../campaign/campaign.entity.js';
import { type Effect, toldOf } from '../change/effects.js';
import { UnitOfWork, type Write } from '../change/unit-of-work.js';
import { Event } from '../event/event.entity.js';
import { withDefaults } from '../field/input.js';
import { type Period, requireWithin } from '../schedule/period.js';
import type { Given, Scheduled } from '../schedule/scheduled.entity.js';
import { applyEffects } from '../schedule/row-effects.js';
import { effectOn, insertRow } from '../schedule/scheduled-rows.js';
import { requireWholeRow } from '../schedule/whole-row.js';
import type { CreateCampaign } from '../campaign/campaign.dto.js';
import { Rollout } from './rollout.entity.js';
import { readCampaign } from './rollout-body.js';
import { hashOf } from './rollout-results.js';

interface Outcome {
  status: 'created' | 'updated' | 'unchanged' | 'edited-locally';
  id: number;
}

/** Thrown within a write, which it rolls back: there is nothing to write. */
class NothingToWrite extends Error {
  constructor(readonly outcome: Outcome) {
    super('Nothing to write');
  }
}

/** A rollout in the current tenant. */
@Injectable()
export class CentreRollout {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** @throws Problem when the tenant cannot take it just now, or by its clock */
  async send(key: string, campaign: object): Promise<Outcome> {
    const body = await readCampaign(campaign);
    try {
      return await this.unitOfWork.write(async (write) => {
        const present = await write.manager.findOneBy(Rollout, { keyHash: hashOf(key) });
        const [effects, outcome] = await (present ? update(write, present, body) : create(write, key, body));
        const [first, ...others] = effects;
        if (!first) throw new NothingToWrite(outcome);
        return { action: 'rollout', ...toldOf([first, ...others]), result: outcome };
      });
    } catch (thrown) {
      if (thrown instanceof NothingToWrite) return thrown.outcome;
      throw thrown;
    }
  }
}

type Done = readonly [Effect[], Outcome];

async function create(write: Write, key: string, { events = [], ...given }: CreateCampaign): Promise<Done> {
  const { manager, version } = write;
  const campaign = await insertRow(write, Campaign, given);
  const written: Event[] = [];
  for (const [index, event] of events.entries()) written.push(await insertEvent(write, campaign, event, given, index));
  await manager.insert(Rollout, {
    keyHash: hashOf(key),
    key,
    campaignId: campaign.id,
    written: {
      revision: version.revision,
      events: written.map(({ id }) => ({ id, revision: version.revision })),
    },
  });
  const effects = [effectOn('campaign', null, campaign), ...written.map((event) => effectOn('event', null, event))];
  return [effects, { status: 'created', id: campaign.id }];
}

/** Changes what differs, unless somebody has edited any of it since. */
async function update(write: Write, rollout: Rollout, { events = [], ...given }: CreateCampaign): Promise<Done> {
  const { manager, version } = write;
  const { campaignId: id, written } = rollout;
  const campaign = await manager.findOneBy(Campaign, { id });
  const present = await manager.find(Event, { where: { campaignEventId: id } });
  if (!campaign || isEdited(campaign, present, rollout)) return [[], { status: 'edited-locally', id }];

  const others: Effect[] = [];
  const eventOf = new Map(present.map((event) => [event.id, event]));
  const rows: Rollout['written']['events'] = [];
  for (const [index, event] of events.entries()) {
    const before = eventOf.get(written.events[index]?.id ?? -1) ?? null;
    const after = before
      ? await replaceEvent(write, before, event, given, index)
      : await insertEvent(write, campaign, event, given, index);
    if (after !== before) others.push(effectOn('event', before, after));
    rows.push({ id: after.id, revision: after.revision });
  }
  const surplus = written.events.slice(events.length).flatMap((event) => eventOf.get(event.id) ?? []);
  const gone = surplus.map((event) => effectOn('event', event, null));
  others.push(...(await applyEffects(write, gone)));
  const after = replaced(write, Campaign, campaign, given);
  requireWholeRow(after.row, given);
  if (others.length === 0 && !after.isChanged) return [[], { status: 'unchanged', id }];
  // The campaign is written whatever changed: a rollout is told, and undone, by its campaign.
  await manager.update(Campaign, { id }, after.fields);
  await manager.update(
    Rollout,
    { keyHash: rollout.keyHash },
    { written: { revision: version.revision, events: rows } },
  );
  return [[effectOn('campaign', campaign, after.row), ...others], { status: 'updated', id }];
}

function isEdited(campaign: Campaign, events: readonly Event[], { written }: Rollout): boolean {
  const revisions = new Map(written.events.map(({ id, revision }) => [id, revision]));
  return (
    campaign.revision !== written.revision ||
    events.length !== revisions.size ||
    events.some(({ id, revision }) => revisions.get(id) !== revision)
  );
}

async function insertEvent(
  write: Write,
  { id: campaignEventId }: Campaign,
  event: Given<Scheduled>,
  period: Period,
  index: number,
): Promise<Event> {
  const pointer = `#/events/${index}`;
  requireWithin(event, period, pointer);
  return insertRow(write, Event, { ...event, campaignEventId }, pointer);
}

/** @returns `before` itself when nothing of it changes */
async function replaceEvent(
  write: Write,
  before: Event,
  event: Given<Scheduled>,
  period: Period,
  index: number,
): Promise<Event> {
  const pointer = `#/events/${index}`;
  const after = replaced(write, Event, before, event);
  requireWithin(after.row, period, pointer);
  requireWholeRow(after.row, event, pointer);
  if (!after.isChanged) return before;
  await write.manager.update(Event, { id: before.id }, after.fields);
  return after.row;
}

/** A row with the fields of a PUT: what is left out has its default, but the status stays. */
function replaced<T extends Campaign | Event>(
  { at, version }: Write,
  entity: Type<T>,
  before: T,
  given: Given<Scheduled>,
) {
  const fields = { ...withDefaults(entity, 'replace', { ...given }), updatedOn: at, revision: version.revision };
  const row = Object.assign(new entity(), before, fields);
  const contentOf = (one: T) => JSON.stringify({ ...one.toJSON(), updatedOn: null });
  return { row, fields, isChanged: contentOf(row) !== contentOf(before) };
}

import type { Type } from '@nestjs/common';
import type { DeepPartial, FindOptionsWhere } from 'typeorm';
import { Campaign } from '../campaign/campaign.entity.js';
import { placeEvents } from '../campaign/events-rule.js';
import type { Effect } from '../change/effects.js';
import type { Write } from '../change/unit-of-work.js';
import { findIn } from '../database/find-in.js';
import { Event } from '../event/event.entity.js';
import { withDefaults, withoutNulls } from '../field/input.js';
import { requireWithin } from '../schedule/period.js';
import { effectOn } from '../schedule/scheduled-rows.js';
import { requireWholeRow } from '../schedule/whole-row.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import type { Draft } from './draft.js';
import type { ImportReport } from './import.dto.js';
import { insertRows } from './insert-rows.js';
import {
  campaignOf,
  doubled,
  type EventStep,
  faultsOf,
  type Home,
  homeFault,
  isCampaign,
  isMoved,
  isSamePeriod,
  nameOf,
  resourceOf,
  type Row,
  type Step,
} from './step.js';

/** The plan of what a table makes of the rows of a shopping centre. */
export class ImportPlan {
  private readonly campaigns: Step<Campaign>[] = [];
  private readonly events: EventStep[] = [];
  private isDone = false;

  private constructor(private readonly write: Write) {}

  static async of(drafts: readonly Draft[], write: Write): Promise<ImportPlan> {
    const plan = new ImportPlan(write);
    const [campaigns, events] = [drafts.filter(isCampaign), drafts.filter((draft) => !isCampaign(draft))];
    plan.campaigns.push(...(await plan.stepsOf(Campaign, campaigns)));
    plan.events.push(...(await plan.stepsOf<Event>(Event, events)));
    await plan.findHomes();
    plan.requireWithinHomes();
    await plan.requireOthersWithin();
    return plan;
  }

  /** How many lines are wrong. */
  get wrong(): number {
    return this.steps.filter(({ errors }) => errors.length > 0).length;
  }

  report(): ImportReport {
    const lines = this.steps.map(({ draft, after, errors }) => {
      const id = draft.id ?? (this.isDone ? after?.id : undefined);
      const action = draft.isChange ? ('update' as const) : ('create' as const);
      return {
        line: draft.line,
        action,
        ...(id === undefined ? {} : { id }),
        ...(errors.length > 0 ? { errors } : {}),
      };
    });
    const right = lines.filter(({ errors }) => errors === undefined);
    const created = right.filter(({ action }) => action === 'create').length;
    return { created, updated: right.length - created, lines };
  }

  /** Writes the rows, campaigns before their events. Afterwards a line may be found wrong yet. */
  async carryOut(): Promise<Effect[]> {
    await this.store(Campaign, this.campaigns);
    for (const { home, fields, after } of this.events) {
      const campaignEventId = home && campaignOf(home)?.id;
      for (const written of [fields, after]) Object.assign(written ?? {}, { campaignEventId });
    }
    await this.store<Event>(Event, this.events);
    this.isDone = this.wrong === 0;
    return this.steps.map(({ entity, before, after = null }) => effectOn(resourceOf(entity), before, after));
  }

  private async store<T extends Row>(entity: Type<T>, steps: readonly Step<T>[]): Promise<void> {
    const { manager } = this.write;
    const added = steps.flatMap(({ before, after }) => (!before && after ? after : []));
    await insertRows<T>(manager, entity, added);
    for (const { before, after, fields, draft, errors } of steps) {
      if (!after) throw new Error('A wrong line is not carried out');
      const where = { id: after.id } as FindOptionsWhere<T>;
      if (before) await manager.update<T>(entity, where, fields);
      errors.push(...faultsOf(() => requireWholeRow(after, draft.given))); // with its id, which counts as well
    }
  }

  /** All steps in the order of the table. */
  private get steps(): Step[] {
    return [...this.campaigns, ...this.events].toSorted((one, other) => one.draft.line - other.draft.line);
  }

  private async stepsOf<T extends Row>(entity: Type<T>, drafts: readonly Draft[]): Promise<Step<T>[]> {
    const found = await findIn(
      this.write.manager,
      entity,
      'id',
      drafts.flatMap(({ id }) => id ?? []),
    );
    const rows = new Map(found.map((row) => [row.id, row]));
    const lineOfId = new Map<number, number>();
    return drafts.map((draft) => {
      const before = draft.id === undefined ? null : (rows.get(draft.id) ?? null);
      const step: Step<T> = { entity, draft, before, errors: [...draft.errors], fields: {} };
      if (draft.id !== undefined) {
        const detail = before ? doubled(lineOfId.get(draft.id)) : `There is no ${resourceOf(entity)} ${draft.id}.`;
        if (detail !== undefined) step.errors.push({ pointer: '#/id', detail });
        lineOfId.set(draft.id, draft.line);
      }
      return step.errors.length > 0 ? step : this.withAfter(step);
    });
  }

  private withAfter<T extends Row>(step: Step<T>): Step<T> {
    const { entity, draft, before, errors } = step;
    const { manager, version, at } = this.write;
    const given = before
      ? withoutNulls(entity, draft.given, before)
      : { ...withDefaults(entity, 'create', draft.given), createdOn: at };
    const fields = { ...given, updatedOn: at, revision: version.revision };
    const after = Object.assign(manager.create(entity, {} as DeepPartial<T>), before, fields);
    errors.push(...faultsOf(() => requireWholeRow(after, draft.given)));
    return { ...step, fields, after };
  }

  private async findHomes(): Promise<void> {
    const inTable = Map.groupBy(this.campaigns, nameOf);
    const names = this.events.flatMap(({ draft: { campaignName = '' } }) =>
      inTable.has(campaignName) ? [] : campaignName,
    );
    const changed = new Set(this.campaigns.map(({ before }) => before?.id));
    const others = (await findIn(this.write.manager, Campaign, 'name', names)).filter(({ id }) => !changed.has(id));
    // The database may find names that are written otherwise.
    const inCentre = Map.groupBy(others, ({ name }) => name);
    for (const event of this.events) {
      const { campaignName = '' } = event.draft;
      const homes: Home[] =
        inTable.get(campaignName)?.map((step) => ({ step })) ??
        inCentre.get(campaignName)?.map((row) => ({ row })) ??
        [];
      const own = homes.find((home) => event.before && campaignOf(home)?.id === event.before.campaignEventId);
      const [home, ...more] = own ? [own] : homes;
      if (home && more.length === 0) event.home = home;
      else event.errors.push({ pointer: '#/campaign', detail: homeFault(campaignName, homes) });
    }
  }

  /** As for single events: a campaign that was shortened is in the way of new dates, not of a new name. */
  private requireWithinHomes(): void {
    for (const { after, home, errors, draft, ...event } of this.events) {
      const campaign = home && campaignOf(home);
      if (!after || !campaign || !isMoved({ draft, ...event }, campaign)) continue;
      errors.push(...faultsOf(() => requireWithin(after, campaign)));
    }
  }

  /** The events of changed campaigns that the table does not move. */
  private async requireOthersWithin(): Promise<void> {
    const moving = this.campaigns.filter(({ before, after }) => before && after && !isSamePeriod(before, after));
    const events = await findIn(
      this.write.manager,
      Event,
      'campaignEventId',
      moving.flatMap(({ before }) => before?.id ?? []),
    );
    const eventsOf = Map.groupBy(events, ({ campaignEventId }) => campaignEventId);
    const moved = new Set(
      this.events.flatMap((event) => {
        const campaign = event.home && campaignOf(event.home);
        return event.before && campaign && isMoved(event, campaign) ? event.before.id : [];
      }),
    );
    for (const { before, after, errors } of moving) {
      if (!before || !after) continue;
      const staying = (eventsOf.get(before.id) ?? []).filter(({ id }) => !moved.has(id));
      const move = { from: before, to: after, timeZone: currentTenant().timeZone, now: this.write.at };
      errors.push(...faultsOf(() => placeEvents(staying, move, undefined)));
    }
  }
}

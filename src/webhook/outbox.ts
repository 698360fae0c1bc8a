import { Injectable } from '@nestjs/common';
import { type EntityManager, In, LessThanOrEqual, MoreThan, MoreThanOrEqual, type SelectQueryBuilder } from 'typeorm';
import { Campaign } from '../campaign/campaign.entity.js';
import { Change } from '../change/change.entity.js';
import { UnitOfWork } from '../change/unit-of-work.js';
import { Clock } from '../clock/clock.js';
import { WEBHOOK_CLEANUP_MS, WEBHOOK_GIVE_UP_MS, WEBHOOK_RECORDS_KEPT_MS } from '../config/time-limits.js';
import { Event } from '../event/event.entity.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import { TenantDatabase } from '../tenancy/tenant-database.js';
import { Delivery } from './delivery.entity.js';
import { type Cursor, derive, type ScheduleRow, takeBack, type WireRow } from './derivation.js';
import { bodyOf, type Message, type SignalledResource } from './message.js';
import { Webhook } from './webhook.entity.js';
import { passFence } from './work-fence.entity.js';

/** Changes that are told in one transaction. */
const CHANGES_AT_A_TIME = 200;
/** Changes of which only the rows before them are looked at, at a time. */
const LOOKED_BACK_AT_A_TIME = 1_000;
const INSERTS_AT_A_TIME = 100;

/** The result of looking for what there is to tell. */
export interface Filled {
  /** Everything up to this revision is told. */
  revision: number;
  /** Whether there is more to tell. */
  isPartial: boolean;
  /** The next instant at which there is something to tell, in epoch milliseconds; Infinity: none is known. */
  nextMs: number;
}

/** A delivery that may be attempted, with its receiver. */
export interface DueDelivery {
  delivery: Delivery;
  webhook: Webhook;
}

/** The messages that webhooks of the current tenant are still to be told, and when. */
@Injectable()
export class Outbox {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: TenantDatabase,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds a delivery for each webhook and each thing that happened after its cursor, and moves the cursor on, at once.
   * @param token of the lease
   * @throws FencedOff
   */
  async fill(token: number): Promise<Filled> {
    const nowMs = this.clock.now();
    const found = await this.unitOfWork.read(async (manager, version) => {
      const webhooks = await manager.find(Webhook, { where: { active: true }, order: { id: 'ASC' } });
      const groups = Map.groupBy(webhooks, ({ cursorRevision, cursorAt }) => `${cursorRevision} ${cursorAt.getTime()}`);
      const derived = [];
      for (const group of groups.values()) {
        const loaded = await load(manager, cursorOf(group[0]!), version.revision);
        derived.push({
          group,
          isPartial: loaded.isPartial,
          ...derive({ ...version, ...loaded, nowMs: loaded.isPartial ? -Infinity : nowMs }),
        });
      }
      return { version, derived };
    });
    const { version, derived } = found;
    const isNews = derived.some(
      ({ messages, cursor, group }) => messages.length > 0 || cursor.revision > cursorOf(group[0]!).revision,
    );
    if (isNews || derived.length > 1) await this.store(token, derived);
    return {
      revision: version.revision,
      isPartial: derived.some(({ isPartial }) => isPartial),
      nextMs: Math.min(Infinity, ...derived.map(({ nextMs }) => nextMs)),
    };
  }

  /**
   * The deliveries that may be attempted now, by the id of their webhook: of each row the oldest that waits.
   * @param limit for each webhook
   * @param except those that are being attempted
   */
  async due(limit: number, except: ReadonlySet<number>): Promise<Map<number, DueDelivery[]>> {
    const now = new Date(this.clock.now());
    return this.database.read(async (manager) => {
      const waiting = await firstOfEachRow(manager)
        .select('delivery.receiverId', 'receiverId')
        .addSelect('COUNT(*)', 'count')
        .andWhere('delivery.nextAttemptAt <= :now', { now })
        .groupBy('delivery.receiverId')
        .getRawMany<{ receiverId: number }>();
      const due = new Map<number, DueDelivery[]>();
      if (waiting.length === 0) return due;
      const ids = waiting.map(({ receiverId }) => receiverId);
      for (const webhook of await manager.find(Webhook, { where: { id: In(ids), active: true } })) {
        const deliveries = await firstOfEachRow(manager)
          .andWhere('delivery.receiverId = :id', { id: webhook.id })
          .andWhere('delivery.nextAttemptAt <= :now', { now })
          .orderBy('delivery.id')
          .limit(limit + except.size)
          .getMany();
        const free = deliveries.filter(({ id }) => !except.has(id)).slice(0, limit);
        due.set(
          webhook.id,
          free.map((delivery) => ({ delivery, webhook })),
        );
      }
      return due;
    });
  }

  /** When the next attempt is due, and when old records are to be deleted; Infinity: never. */
  async next(): Promise<{ attemptMs: number; cleanupMs: number }> {
    return this.database.read(async (manager) => {
      const attempt = await firstOfEachRow(manager).orderBy('delivery.nextAttemptAt').limit(1).getOne();
      const oldest = await manager.findOne(Delivery, {
        where: { keptUntil: MoreThan(new Date(0)) },
        order: { keptUntil: 'ASC' },
      });
      const days = (oldest?.keptUntil?.getTime() ?? Infinity) / WEBHOOK_CLEANUP_MS;
      return {
        attemptMs: attempt?.nextAttemptAt?.getTime() ?? Infinity,
        cleanupMs: Math.ceil(days) * WEBHOOK_CLEANUP_MS,
      };
    });
  }

  /** Deletes the records that have been kept for their time. */
  async deleteOld(token: number): Promise<void> {
    await this.database.write(async (manager) => {
      await passFence(manager, token);
      await manager.delete(Delivery, { keptUntil: LessThanOrEqual(new Date(this.clock.now())) });
    });
  }

  private async store(
    token: number,
    derived: { group: Webhook[]; messages: Message[]; cursor: Cursor }[],
  ): Promise<void> {
    await this.database.write(async (manager) => {
      await passFence(manager, token);
      for (const { group, messages, cursor } of derived) {
        const moved = { cursorRevision: cursor.revision, cursorAt: new Date(cursor.atMs) };
        const receivers: Webhook[] = [];
        for (const webhook of group) {
          const { id, cursorRevision, cursorAt } = webhook;
          const { affected } = await manager.update(Webhook, { id, cursorRevision, cursorAt, active: true }, moved);
          if (affected === 1) receivers.push(webhook); // otherwise it was switched off meanwhile, or it has gone
        }
        const deliveries = receivers.flatMap((webhook) => this.deliveriesFor(webhook, messages));
        for (const part of inOrderForEachRow(deliveries)) await manager.insert(Delivery, part);
      }
    });
  }

  private deliveriesFor({ id: receiverId, types }: Webhook, messages: readonly Message[]): Partial<Delivery>[] {
    const now = this.clock.now();
    const tenantId = currentTenant().id;
    return messages
      .filter(({ type }) => types.includes('*') || types.includes(type))
      .map((message) => ({
        ...pendingFrom(now),
        receiverId,
        webhookId: message.id,
        type: message.type,
        subject: message.subject,
        body: bodyOf(message, tenantId),
        attempts: [],
      }));
  }
}

/** A delivery that is to be attempted from `nowMs` on. */
export function pendingFrom(nowMs: number) {
  return {
    status: 'pending' as const,
    nextAttemptAt: new Date(nowMs),
    giveUpAt: new Date(nowMs + WEBHOOK_GIVE_UP_MS),
    keptUntil: null,
  };
}

/** A delivery that has ended, and is kept for a while. */
export function ended(status: 'delivered' | 'dead', at: Date) {
  return { status, nextAttemptAt: null, keptUntil: new Date(at.getTime() + WEBHOOK_RECORDS_KEPT_MS) };
}

/** Gives up what waits for a webhook. It can still be sent by hand. */
export async function abandonPending(manager: EntityManager, receiverId: number, at: Date): Promise<void> {
  await manager.update(Delivery, { receiverId, status: 'pending' }, ended('dead', at));
}

function cursorOf({ cursorRevision, cursorAt }: Webhook): Cursor {
  return { revision: cursorRevision, atMs: cursorAt.getTime() };
}

/** The changes after a cursor, and the rows as they were at its revision. */
async function load(manager: EntityManager, cursor: Cursor, revision: number) {
  const changes = await changesAfter(manager, cursor.revision, CHANGES_AT_A_TIME);
  const last = changes.at(-1)?.revision ?? revision;
  const isPartial = last < revision;
  const endDate = MoreThanOrEqual(new Date(cursor.atMs));
  const campaigns = await manager.find(Campaign, { where: { endDate } });
  const events = await manager.find(Event, { where: { endDate } });
  let rows = [...campaigns.map((row) => asWire('campaign', row)), ...events.map((row) => asWire('event', row))];
  for (const part of (await laterChanges(manager, last, revision)).toReversed()) rows = takeBack(rows, part);
  return { cursor, changes, rows: takeBack(rows, changes), isPartial };
}

async function laterChanges(manager: EntityManager, after: number, upTo: number): Promise<Change[][]> {
  const parts: Change[][] = [];
  for (let last = after; last < upTo;) {
    const part = await changesAfter(manager, last, LOOKED_BACK_AT_A_TIME);
    if (part.length === 0) break;
    parts.push(part);
    last = part.at(-1)!.revision;
  }
  return parts;
}

function changesAfter(manager: EntityManager, after: number, limit: number): Promise<Change[]> {
  return manager.find(Change, { where: { revision: MoreThan(after) }, order: { revision: 'ASC' }, take: limit });
}

function asWire(resource: SignalledResource, row: object): ScheduleRow {
  return { resource, row: JSON.parse(JSON.stringify(row)) as WireRow };
}

/** Those that wait and have none before them: a message of a row waits for those before it. */
function firstOfEachRow(manager: EntityManager): SelectQueryBuilder<Delivery> {
  return manager
    .createQueryBuilder(Delivery, 'delivery')
    .where(`delivery.status = 'pending'`)
    .andWhere((query) => {
      const earlier = query
        .subQuery()
        .select('earlier.id')
        .from(Delivery, 'earlier')
        .where(`earlier.status = 'pending'`)
        .andWhere('earlier.receiverId = delivery.receiverId')
        .andWhere('earlier.subject = delivery.subject')
        .andWhere('earlier.id < delivery.id');
      return `NOT EXISTS ${earlier.getQuery()}`;
    });
}

/**
 * Parts to insert one after the other, each with one delivery of a row at most: rows of one statement get their ids in no
 * order that one could rely on.
 */
function inOrderForEachRow(deliveries: readonly Partial<Delivery>[]): Partial<Delivery>[][] {
  const waves: Partial<Delivery>[][] = [];
  const counts = new Map<string, number>();
  for (const delivery of deliveries) {
    const key = `${delivery.receiverId} ${delivery.subject}`;
    const wave = counts.get(key) ?? 0;
    counts.set(key, wave + 1);
    (waves[wave] ??= []).push(delivery);
  }
  return waves.flatMap((wave) =>
    Array.from({ length: Math.ceil(wave.length / INSERTS_AT_A_TIME) }, (_, index) =>
      wave.slice(index * INSERTS_AT_A_TIME, (index + 1) * INSERTS_AT_A_TIME),
    ),
  );
}

import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { UnitOfWork } from '../change/unit-of-work.js';
import { WorkLeases } from '../catalogue/work-leases.js';
import { Clock } from '../clock/clock.js';
import { notFound, Problem } from '../problem/problem.js';
import { PRIVATE } from '../representation/cache-control.js';
import { jsonRepresentation, type Representation } from '../representation/representation.js';
import { decodeCursor, encodeCursor } from '../schedule/cursor.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import { TenantDatabase } from '../tenancy/tenant-database.js';
import { Courier } from './courier.js';
import { attemptOf } from './delivery-log.js';
import { Delivery } from './delivery.entity.js';
import { Dispatcher } from './dispatcher.js';
import { ended, pendingFrom } from './outbox.js';
import { isSuccess } from './sender.js';
import type { DeliveryQuery } from './webhook.dto.js';
import { getWebhook } from './webhook.service.js';

const TEST = 'test';

/** Shows what became of messages, and sends some by hand. */
@Injectable()
export class DeliveryService {
  /** Webhooks that are being tested, by tenant and id. */
  private readonly testing = new Set<string>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: TenantDatabase,
    private readonly leases: WorkLeases,
    private readonly dispatcher: Dispatcher,
    private readonly courier: Courier,
    private readonly clock: Clock,
  ) {}

  /** The newest first. @throws Problem 404 */
  page(receiverId: number, { limit, after, status }: DeliveryQuery): Promise<Representation<Buffer>> {
    const list = `${currentTenant().id}\ndeliveries ${receiverId} ${status ?? ''}`;
    const last = after === undefined ? undefined : decodeCursor(list, after, ({ value, id }) => value === id).id;
    return this.unitOfWork.read(async (manager, { epoch }) => {
      await getWebhook(manager, receiverId);
      const found = await manager.find(Delivery, {
        where: { receiverId, ...(status ? { status } : {}), ...(last === undefined ? {} : { id: LessThan(last) }) },
        order: { id: 'DESC' },
        take: limit + 1,
      });
      const items = found.slice(0, limit);
      const end = found.length > limit ? items.at(-1) : undefined;
      const next = end ? encodeCursor(list, { value: end.id, id: end.id }) : null;
      return jsonRepresentation({ items, next }, epoch, { cacheControl: PRIVATE, origin: 'database' });
    });
  }

  /**
   * Sends a message that tells of nothing, once, and shows what was sent and answered.
   * @throws Problem 404, 409 while another test of the webhook is under way
   */
  async test(receiverId: number): Promise<object> {
    const tenant = currentTenant();
    const key = `${tenant.id} ${receiverId}`;
    if (this.testing.has(key))
      throw new Problem(409, 'webhook-test-in-flight', 'This webhook is being tested just now. Wait for the answer.');
    this.testing.add(key);
    try {
      const { webhook, revision } = await this.unitOfWork.read(async (manager, version) => ({
        webhook: await getWebhook(manager, receiverId),
        revision: version.revision,
      }));
      const at = new Date(this.clock.now());
      const id = `${TEST}_${randomUUID()}`;
      const data = { tenant: tenant.id, revision, row: null };
      const body = JSON.stringify({ type: TEST, timestamp: at.toISOString(), data });
      const { request = { url: webhook.url, headers: {}, body }, outcome } = (await this.courier.deliver(webhook, {
        id,
        body,
      }))!;
      const delivery = await this.database.write(async (manager) => {
        await getWebhook(manager, receiverId);
        const made = manager.create(Delivery, {
          receiverId,
          webhookId: id,
          type: TEST,
          subject: id.slice(0, 60),
          body,
          attempts: [attemptOf(outcome, at)],
          giveUpAt: at,
          ...ended(isSuccess(outcome) ? 'delivered' : 'dead', at),
        });
        await manager.insert(Delivery, made);
        return made;
      });
      return { ...delivery.toJSON(), request, answer: outcome };
    } finally {
      this.testing.delete(key);
    }
  }

  /**
   * Has a message sent again, under the same id.
   * @throws Problem 404, 409 when the webhook is switched off
   */
  async retry(receiverId: number, id: number): Promise<object> {
    const tenant = currentTenant();
    const now = this.clock.now();
    await this.leases.bringForward(tenant.id, new Date(now));
    const delivery = await this.database.write(async (manager) => {
      const webhook = await getWebhook(manager, receiverId);
      const found = await manager.findOneBy(Delivery, { id, receiverId });
      if (!found) throw notFound('delivery', id);
      if (!webhook.active)
        throw new Problem(
          409,
          'webhook-inactive',
          'The webhook is switched off. Switch it on first: {"active": true}.',
        );
      await manager.update(Delivery, { id }, pendingFrom(now));
      return Object.assign(found, pendingFrom(now));
    });
    this.dispatcher.onWrite(tenant);
    return delivery.toJSON();
  }
}

import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type EntityManager, MoreThan } from 'typeorm';
import type { Action } from '../change/change.entity.js';
import { UnitOfWork, type Write } from '../change/unit-of-work.js';
import { Clock } from '../clock/clock.js';
import { WEBHOOK_SECRET_OVERLAP_MS } from '../config/time-limits.js';
import { withDefaults, withoutNulls } from '../field/input.js';
import { AlreadyDone } from '../idempotency/idempotent-request.js';
import { invalidField, notFound, Problem } from '../problem/problem.js';
import { PRIVATE } from '../representation/cache-control.js';
import type { Precondition } from '../representation/precondition.js';
import { jsonRepresentation, Representation } from '../representation/representation.js';
import { entityTag } from '../revision/entity-tag.js';
import type { Version } from '../revision/revision.entity.js';
import { decodeCursor, encodeCursor } from '../schedule/cursor.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import { WorkLeases } from '../catalogue/work-leases.js';
import { AddressRules } from './address-rules.js';
import { Dispatcher } from './dispatcher.js';
import { abandonPending } from './outbox.js';
import { SecretBox } from './secret-box.js';
import type { GivenWebhook, WebhookQuery } from './webhook.dto.js';
import { Webhook } from './webhook.entity.js';

const WEBHOOK = 'webhook';
const MAX_WEBHOOKS = 20;

/** Changes the webhooks of a centre. */
@Injectable()
export class WebhookService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly leases: WorkLeases,
    private readonly secrets: SecretBox,
    private readonly addresses: AddressRules,
    private readonly dispatcher: Dispatcher,
    private readonly clock: Clock,
  ) {}

  page({ limit, after }: WebhookQuery): Promise<Representation<Buffer>> {
    const list = `${currentTenant().id}\nwebhooks`;
    const last = after === undefined ? -1 : decodeCursor(list, after, ({ value, id }) => value === id).id;
    return this.unitOfWork.read(async (manager, { epoch }) => {
      const where = { id: MoreThan(last) };
      const found = await manager.find(Webhook, { where, order: { id: 'ASC' }, take: limit + 1 });
      const items = found.slice(0, limit);
      const end = found.length > limit ? items.at(-1) : undefined;
      const next = end ? encodeCursor(list, { value: end.id, id: end.id }) : null;
      return jsonRepresentation({ items, next }, epoch, { cacheControl: PRIVATE, origin: 'database' });
    });
  }

  /** @throws Problem 404 */
  find(id: number): Promise<Representation<Buffer>> {
    return this.unitOfWork.read(async (manager, { epoch }) => {
      const webhook = await getWebhook(manager, id);
      return jsonRepresentation(webhook, epoch, { cacheControl: PRIVATE, origin: 'database' });
    });
  }

  /** @throws Problem 409 beyond 20, 422 for a URL that a webhook may not have, 503 without a key for its secret */
  async create(body: GivenWebhook): Promise<Representation<object>> {
    const given = withDefaults(Webhook, 'create', body);
    this.requireUrl(given.url);
    const tenant = currentTenant();
    const { secret, sealed } = this.secrets.make(tenant.id);
    await this.leases.register(tenant.id, new Date(this.clock.now()));
    this.dispatcher.learn(tenant.id);
    return this.telling(secret, () =>
      this.unitOfWork.write(async (write) => {
        const { manager, version, at } = write;
        if ((await manager.count(Webhook)) >= MAX_WEBHOOKS)
          throw new Problem(
            409,
            'webhooks-full',
            `A shopping centre has at most ${MAX_WEBHOOKS} webhooks. Delete one first.`,
          );
        const webhook = manager.create(Webhook, {
          ...given,
          createdOn: at,
          secret: sealed,
          previousSecret: null,
          previousUntil: null,
          failingSince: null,
          ...cursorAt(write),
        });
        await manager.insert(Webhook, webhook);
        const result: Representation<object> = new Representation(withMark(webhook), tagOf(version, webhook), {
          location: `/webhooks/${webhook.id}`,
        });
        return {
          action: 'create' as const,
          resource: WEBHOOK,
          resourceId: webhook.id,
          before: null,
          after: webhook,
          result,
        };
      }),
    );
  }

  /** A webhook that is switched on goes on from now. What waits for one that is switched off is given up. */
  update(id: number, precondition: Precondition, body: Partial<GivenWebhook>): Promise<Representation<Webhook>> {
    if (Object.keys(body).length === 0)
      return this.unitOfWork.read(async (manager, version) => {
        const webhook = await getWebhook(manager, id);
        precondition.check(tagOf(version, webhook));
        return new Representation(webhook, tagOf(version, webhook));
      });
    return this.change('update', id, precondition, async (write, webhook) => {
      const given = withoutNulls(Webhook, body, webhook);
      if (given.url !== undefined) this.requireUrl(given.url);
      const turnsOn = given.active === true && !webhook.active;
      if (turnsOn && webhook.secret === null) throw invalidField('#/active', 'needs a secret: ask for a new one first');
      if (given.active === false) await abandonPending(write.manager, id, write.at);
      return { ...given, ...(turnsOn ? { failingSince: null, ...cursorAt(write) } : {}) };
    });
  }

  delete(id: number, precondition: Precondition): Promise<void> {
    return this.unitOfWork.write(async ({ manager, version }) => {
      const webhook = await getWebhook(manager, id);
      precondition.check(tagOf(version, webhook));
      await manager.delete(Webhook, { id });
      return { action: 'delete', resource: WEBHOOK, resourceId: id, before: webhook, after: null, result: undefined };
    });
  }

  /** Gives a webhook a new secret. The one before it is good for another day. */
  async rotate(id: number, precondition: Precondition): Promise<Representation<object>> {
    const { secret, sealed } = this.secrets.make(currentTenant().id);
    return this.telling(secret, async () => {
      const { body, etag } = await this.change('update', id, precondition, async ({ at }, webhook) => ({
        secret: sealed,
        previousSecret: webhook.secret,
        previousUntil: new Date(at.getTime() + WEBHOOK_SECRET_OVERLAP_MS),
      }));
      return new Representation<object>(withMark(body), etag);
    });
  }

  private change(
    action: Action & 'update',
    id: number,
    precondition: Precondition,
    work: (write: Write, webhook: Webhook) => Promise<Partial<Webhook>>,
  ): Promise<Representation<Webhook>> {
    return this.unitOfWork.write(async (write) => {
      const { manager, version } = write;
      const webhook = await getWebhook(manager, id);
      precondition.check(tagOf(version, webhook));
      const before = webhook.toJSON();
      const changed = { ...(await work(write, webhook)), revision: version.revision };
      await manager.update(Webhook, { id }, changed);
      Object.assign(webhook, changed);
      const result = new Representation(webhook, tagOf(version, webhook));
      return { action, resource: WEBHOOK, resourceId: id, before, after: webhook, result };
    });
  }

  /**
   * Adds the secret to an answer after its write: the record of an Idempotency-Key, which holds the answer, must not hold
   * the secret. A repeated request is answered with the secret that the first one made.
   */
  private async telling(secret: string, write: () => Promise<Representation<object>>): Promise<Representation<object>> {
    try {
      return withSecret(await write(), secret);
    } catch (thrown) {
      if (!(thrown instanceof AlreadyDone)) throw thrown;
      throw new AlreadyDone(withSecret(thrown.answer, await this.secretOf(thrown.answer.body as Marked)));
    }
  }

  /** Undefined when the webhook has gone, or has another secret by now. */
  private async secretOf({ id, mark }: Marked): Promise<string | undefined> {
    const found = await this.unitOfWork.read((manager) => manager.findOneBy(Webhook, { id }));
    const isSame = found?.secret && markOf(found) === mark;
    return isSame ? this.secrets.open(found.secret!, currentTenant().id) : undefined;
  }

  private requireUrl(url: string): void {
    const fault = this.addresses.urlFault(url);
    if (fault !== undefined) throw invalidField('#/url', fault);
  }
}

/** @throws Problem 404 */
export async function getWebhook(manager: EntityManager, id: number): Promise<Webhook> {
  const webhook = await manager.findOneBy(Webhook, { id });
  if (!webhook) throw notFound(WEBHOOK, id);
  return webhook;
}

/** It tells of what comes after this write. */
function cursorAt({ version, at }: Write): Pick<Webhook, 'revision' | 'cursorRevision' | 'cursorAt'> {
  return { revision: version.revision, cursorRevision: version.revision, cursorAt: at };
}

/** A webhook in an answer that is kept, with what tells whether it still has the same secret. */
interface Marked {
  id: number;
  mark?: string;
}

function withMark(webhook: Webhook): object {
  return { ...webhook.toJSON(), mark: markOf(webhook) };
}

function markOf({ secret }: Webhook): string {
  return createHash('sha256')
    .update(secret ?? '')
    .digest('base64url')
    .slice(0, 16);
}

function withSecret(answer: Representation<object>, secret: string | undefined): Representation<object> {
  const { mark: _mark, ...body } = answer.body as Marked;
  return new Representation({ ...body, ...(secret === undefined ? {} : { secret }) }, answer.etag, answer.options);
}

function tagOf({ epoch }: Version, webhook: Webhook): string {
  return entityTag(JSON.stringify(webhook), epoch);
}

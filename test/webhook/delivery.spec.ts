import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Dispatcher } from '../../src/webhook/dispatcher.js';
import { type Atrium, NOBODY, startAtrium } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';
import { isSigned, Receiver } from '../support/receiver.js';
import { createCampaign as createNow, createEvent, listChanges } from '../support/rows.js';

const MALL = 'berlin-mall';
const NOON = Date.parse('2026-11-10T12:00:00Z');
const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;
const iso = (ms: number) => new Date(ms).toISOString();

interface Webhook {
  id: number;
  active: boolean;
  secret: string;
}

interface Delivery {
  id: number;
  webhookId: string;
  type: string;
  status: string;
  attempts: { at: string; status: number | null; error?: string }[];
  nextAttemptAt: string | null;
}

let atrium: Atrium;
let receiver: Receiver;
beforeEach(async () => {
  atrium = await startAtrium({ WEBHOOK_ALLOW_PRIVATE: 'true' });
  atrium.clock.setMs = NOON;
  receiver = await Receiver.start();
});
afterEach(async () => {
  receiver.close();
  await atrium.close();
});

async function subscribe(fields: object = {}): Promise<Webhook> {
  const { status, body } = await atrium.call<Webhook>(MALL, 'POST', '/webhooks', { url: receiver.url, ...fields });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

/** A campaign that starts long after these tests, unless told otherwise: it is created, and nothing else. */
function createCampaign(fields: object = {}): ReturnType<typeof createNow> {
  const later = { startDate: iso(NOON + 100 * DAY_MS), endDate: iso(NOON + 200 * DAY_MS) };
  return createNow(atrium, MALL, { ...later, ...fields });
}

/** Until there is nothing to do any more at this instant. */
async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await atrium.app.get(Dispatcher, { strict: false }).work(MALL);
    await delay(30);
  }
}

/** Sets the clock, and lets the service find out. */
async function passTo(ms: number): Promise<void> {
  atrium.clock.setMs = ms;
  await atrium.app.get(Dispatcher, { strict: false }).poll();
  await settle();
}

async function deliveries({ id }: Pick<Webhook, 'id'>, query = ''): Promise<Delivery[]> {
  const { body } = await atrium.call<{ items: Delivery[] }>(MALL, 'GET', `/webhooks/${id}/deliveries${query}`);
  return body.items;
}

async function find({ id }: Webhook): Promise<Webhook> {
  return (await atrium.call<Webhook>(MALL, 'GET', `/webhooks/${id}`)).body;
}

describe('a webhook', () => {
  it('is told of writes at once, and of starts and ends when they come', async () => {
    const { secret } = await subscribe();
    const period = { startDate: iso(NOON + HOUR_MS), endDate: iso(NOON + 2 * HOUR_MS) };
    const { body: campaign } = await atrium.call(MALL, 'POST', '/campaign-events', {
      name: 'Sale',
      ...period,
      events: [{ name: 'Early', ...period, visibleFrom: iso(NOON + HOUR_MS + 1) }],
    });
    await receiver.until(({ received }) => received.length === 2);
    await passTo(NOON + HOUR_MS);
    await passTo(NOON + HOUR_MS + 1);
    await passTo(NOON + 2 * HOUR_MS + 1);
    await atrium.call(MALL, 'DELETE', `/campaign-events/${campaign.id}`);
    await receiver.until(({ received }) => received.length === 8);
    expect(receiver.received.map(({ body }) => [body.type, body.timestamp]).slice(2, 6)).toEqual([
      ['campaign.started', iso(NOON + HOUR_MS)],
      ['event.started', iso(NOON + HOUR_MS + 1)],
      expect.arrayContaining([iso(NOON + 2 * HOUR_MS + 1)]),
      expect.arrayContaining([iso(NOON + 2 * HOUR_MS + 1)]),
    ]);
    expect(receiver.types.slice(0, 2).toSorted()).toEqual(['campaign.created', 'event.created']);
    expect(receiver.types.slice(4, 6).toSorted()).toEqual(['campaign.ended', 'event.ended']);
    expect(receiver.types.slice(6).toSorted()).toEqual(['campaign.deleted', 'event.deleted']);
    const started = receiver.received[2]!;
    const found = { ...campaign } as Partial<typeof campaign> & { events?: object };
    delete found.events;
    expect(started.body).toEqual({
      type: 'campaign.started',
      timestamp: iso(NOON + HOUR_MS),
      data: { tenant: MALL, revision: 2, row: found },
    });
    for (const received of receiver.received) expect(isSigned(received, secret)).toBe(true);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(8);
  });

  it('is told of what became of each row by an import, a restore and an undo', async () => {
    const table = [
      'name;startDate;endDate;campaign',
      `Sale;${iso(NOON + 100 * DAY_MS)};${iso(NOON + 200 * DAY_MS)};`,
      `Part;${iso(NOON + 110 * DAY_MS)};${iso(NOON + 120 * DAY_MS)};Sale`,
    ];
    const steps: [string, string, unknown?, Record<string, string>?][] = [
      ['POST', '/imports', table.join('\n'), { 'content-type': 'text/csv' }],
      ['PATCH', '/campaign-events/0', { name: 'Renamed' }],
      ['POST', '/changes/3/undo'],
      ['DELETE', '/campaign-events/0'],
      ['POST', '/campaign-events/0/restore'],
      ['POST', '/changes/6/undo'],
      ['POST', '/changes/7/undo'],
    ];
    await subscribe();
    for (const step of steps) expect((await atrium.call(MALL, ...step)).status).toBeLessThan(300);
    await receiver.until(({ received }) => received.length === 12);
    const told = (of: string) =>
      receiver.received
        .filter(({ body }) => body.type.startsWith(`${of}.`))
        .map(({ body: { type, data } }) => [type, data.revision, data.before?.name ?? null, data.row?.name ?? null]);
    expect(told('campaign')).toEqual([
      ['campaign.created', 2, null, 'Sale'],
      ['campaign.updated', 3, 'Sale', 'Renamed'],
      ['campaign.updated', 4, 'Renamed', 'Sale'],
      ['campaign.deleted', 5, 'Sale', null],
      ['campaign.created', 6, null, 'Sale'],
      ['campaign.deleted', 7, 'Sale', null],
      ['campaign.created', 8, null, 'Sale'],
    ]);
    expect(told('event')).toEqual([
      ['event.created', 2, null, 'Part'],
      ['event.deleted', 5, 'Part', null],
      ['event.created', 6, null, 'Part'],
      ['event.deleted', 7, 'Part', null],
      ['event.created', 8, null, 'Part'],
    ]);
  });

  it('gets the types it asked for', async () => {
    await subscribe({ types: ['event.updated', 'campaign.deleted'] });
    const { id } = await createNow(atrium, MALL);
    const event = await createEvent(atrium, MALL, { campaignEventId: id });
    await atrium.call(MALL, 'PATCH', `/events/${event.id}`, { name: 'Better' });
    await atrium.call(MALL, 'DELETE', `/campaign-events/${id}`);
    await receiver.until(({ received }) => received.length === 2);
    await settle();
    expect(receiver.types).toEqual(['event.updated', 'campaign.deleted']);
    expect(receiver.received[0]?.body.data).toMatchObject({
      row: { id: event.id, name: 'Better' },
      before: { id: event.id, name: 'Early access' },
    });
    expect(receiver.received[1]?.body.data).toMatchObject({ row: null, before: { id } });
  });

  it('gets a row in order, however long one message of it takes', async () => {
    await subscribe();
    const [one, other] = [await createCampaign(), await createCampaign()];
    await receiver.until(({ received }) => received.length === 2);
    let isOpen = false;
    receiver.answer = async ({ body }, response) => {
      if (body.data.row?.id === one.id && !isOpen) response.writeHead(500).end();
      else response.end();
    };
    for (const { id } of [one, other])
      for (const name of ['A', 'B', 'C']) await atrium.call(MALL, 'PATCH', `/campaign-events/${id}`, { name });
    const namesOf = (id: number) =>
      receiver.received
        .slice(2)
        .filter(({ body }) => body.data.row?.id === id)
        .map(({ body }) => body.data.row?.name);
    await receiver.until(() => namesOf(other.id).length === 3);
    await settle();
    expect(namesOf(other.id)).toEqual(['A', 'B', 'C']);
    expect(namesOf(one.id)).toEqual(['A']);
    isOpen = true;
    await passTo(NOON + 10 * SECOND_MS);
    await receiver.until(() => namesOf(one.id).length === 4);
    expect(namesOf(one.id)).toEqual(['A', 'A', 'B', 'C']);
  });

  it('that is slow delays no other', async () => {
    const slow = await Receiver.start();
    slow.answer = () => undefined;
    await subscribe({ url: slow.url });
    await subscribe();
    const beganMs = performance.now();
    for (let count = 0; count < 5; count++) await createCampaign();
    await receiver.until(({ received }) => received.length === 5);
    expect(performance.now() - beganMs).toBeLessThan(5_000);
    slow.close();
  });

  it('that was down for an hour gets everything, once it is back', async () => {
    receiver.answer = (_, response) => response.writeHead(503).end();
    const webhook = await subscribe();
    const { id } = await createCampaign({ startDate: iso(NOON + 600 * SECOND_MS) });
    await receiver.until(({ received }) => received.length === 1);
    await settle();
    const [first] = await deliveries(webhook);
    expect(first).toMatchObject({
      status: 'pending',
      type: 'campaign.created',
      attempts: [{ at: iso(NOON), status: 503 }],
    });
    const pauseMs = Date.parse(first!.nextAttemptAt!) - NOON;
    expect(pauseMs).toBeGreaterThan(0);
    expect(pauseMs).toBeLessThan(10 * SECOND_MS);
    for (let ms = 0; ms <= HOUR_MS; ms += 120 * SECOND_MS) await passTo(NOON + ms);
    const attempts = receiver.received.length;
    expect(attempts).toBeGreaterThan(5);
    expect(attempts).toBeLessThan(15);
    expect(new Set(receiver.received.map(({ id }) => id))).toEqual(new Set([first!.webhookId]));
    receiver.answer = (_, response) => response.end();
    await atrium.call(MALL, 'PATCH', `/campaign-events/${id}`, { name: 'Later' });
    await passTo(NOON + 3 * HOUR_MS);
    expect(receiver.types.slice(attempts)).toEqual(['campaign.created', 'campaign.started', 'campaign.updated']);
    expect((await deliveries(webhook)).map(({ status }) => status)).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('that fails for three days is switched off, and what waited is given up and kept for 30 days', async () => {
    receiver.answer = (_, response) => response.writeHead(500).end();
    const webhook = await subscribe();
    await createCampaign();
    await receiver.until(({ received }) => received.length === 1);
    for (let ms = 0; ms < 3 * DAY_MS; ms += 4 * HOUR_MS) await passTo(NOON + ms);
    expect(await find(webhook)).toMatchObject({ active: true });
    await createCampaign();
    await settle();
    await passTo(NOON + 3 * DAY_MS + HOUR_MS);
    expect(await find(webhook)).toMatchObject({ active: false });
    expect((await deliveries(webhook)).map(({ status }) => status)).toEqual(['dead', 'dead']);
    expect((await listChanges(atrium, MALL)).at(-1)).toMatchObject({
      actor: 'atrium',
      action: 'update',
      resource: 'webhook',
      before: { active: true },
      after: { active: false },
    });
    const { body: metrics } = await atrium.call<string>(NOBODY, 'GET', '/metrics');
    expect(metrics).toMatch(/^atrium_webhooks_switched_off_total\{reason="failing"\} 1$/m);
    await passTo(NOON + 33 * DAY_MS);
    expect(await deliveries(webhook)).toHaveLength(2);
    await passTo(NOON + 35 * DAY_MS);
    expect(await deliveries(webhook)).toEqual([]);
  });

  it('that answers 410 is switched off, and goes on from then when it is switched on again', async () => {
    receiver.answer = (_, response) => response.writeHead(410).end();
    const webhook = await subscribe();
    await createCampaign({ name: 'Before' });
    await receiver.until(({ received }) => received.length === 1);
    await settle();
    expect(await find(webhook)).toMatchObject({ active: false });
    expect((await deliveries(webhook)).map(({ status, attempts }) => [status, attempts[0]?.status])).toEqual([
      ['dead', 410],
    ]);
    receiver.answer = (_, response) => response.end();
    await createCampaign({ name: 'Meanwhile' });
    await settle();
    await atrium.call(MALL, 'PATCH', `/webhooks/${webhook.id}`, { active: true });
    await createCampaign({ name: 'After' });
    await receiver.until(({ received }) => received.length > 1);
    await settle();
    expect(receiver.received.map(({ body }) => body.data.row?.name)).toEqual(['Before', 'After']);
  });

  it('gets a dead message again by hand, under the same id', async () => {
    receiver.answer = (_, response) => response.writeHead(410).end();
    const webhook = await subscribe();
    await createCampaign();
    await receiver.until(({ received }) => received.length === 1);
    await settle();
    const [dead] = await deliveries(webhook, '?status=dead');
    const path = `/webhooks/${webhook.id}/deliveries/${dead?.id}/retry`;
    expectProblem(await atrium.call(MALL, 'POST', path), 409, 'webhook-inactive');
    await atrium.call(MALL, 'PATCH', `/webhooks/${webhook.id}`, { active: true });
    receiver.answer = (_, response) => response.end();
    const retried = await atrium.call<Delivery>(MALL, 'POST', path);
    expect(retried.status).toBe(202);
    expect(retried.body).toMatchObject({ id: dead?.id, status: 'pending' });
    await receiver.until(({ received }) => received.length === 2);
    await settle();
    expect(receiver.received[1]?.id).toBe(dead?.webhookId);
    expect(receiver.received[1]?.text).toBe(receiver.received[0]?.text);
    expect((await deliveries(webhook))[0]).toMatchObject({
      status: 'delivered',
      attempts: [{ status: 410 }, { status: 200 }],
    });
    expectProblem(await atrium.call(MALL, 'POST', `/webhooks/${webhook.id}/deliveries/9/retry`), 404, 'not-found');
  });

  it('is signed with both secrets for a day after a rotation', async () => {
    const { id, secret } = await subscribe();
    const { body } = await atrium.call<Webhook>(MALL, 'POST', `/webhooks/${id}/secret`);
    const signedWith = async () => {
      const count = receiver.received.length;
      await createCampaign();
      await receiver.until(({ received }) => received.length > count);
      return [secret, body.secret].map((one) => isSigned(receiver.received.at(-1)!, one));
    };
    expect(await signedWith()).toEqual([true, true]);
    await passTo(NOON + DAY_MS + SECOND_MS);
    expect(await signedWith()).toEqual([false, true]);
  });

  it('can be tested, also while it is switched off', async () => {
    receiver.answer = (_, response) => response.writeHead(418).end('I am a teapot');
    const { id, secret } = await subscribe({ active: false });
    const { status, body } = await atrium.call<Delivery & { request: object; answer: object }>(
      MALL,
      'POST',
      `/webhooks/${id}/test`,
    );
    expect(status).toBe(202);
    const [received] = receiver.received;
    expect(isSigned(received!, secret)).toBe(true);
    expect(received?.body).toMatchObject({ type: 'test', data: { tenant: MALL } });
    expect(body).toMatchObject({
      type: 'test',
      status: 'dead',
      webhookId: received?.id,
      attempts: [{ status: 418, error: 'It answered 418' }],
      request: { url: receiver.url, body: received?.text, headers: { 'webhook-id': received?.id } },
      answer: { status: 418, body: 'I am a teapot' },
    });
    expect(JSON.stringify(body)).not.toContain(secret);
    expect((await deliveries({ id })).map(({ type }) => type)).toEqual(['test']);
    expectProblem(await atrium.call(MALL, 'POST', '/webhooks/9/test'), 404, 'not-found');
  });
});

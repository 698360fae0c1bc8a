import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EntityManager, LessThan, MoreThan } from 'typeorm';
import { CampaignService } from '../../src/campaign/campaign.service.js';
import { IdempotencyRecord } from '../../src/idempotency/idempotency-record.entity.js';
import { IdempotentRequest } from '../../src/idempotency/idempotent-request.js';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { runAs } from '../../src/tenancy/tenant-context.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import type { Tenant } from '../../src/catalogue/tenant.entity.js';
import { expectProblem } from '../support/problem.js';
import { type Answer, type Atrium, signToken, startAtrium } from '../support/atrium.js';

const CAMPAIGN = { name: 'Sale', startDate: '2030-01-01T00:00:00Z', endDate: '2030-02-01T00:00:00Z' };
const DAY_MS = 86_400_000;

describe('a POST with an Idempotency-Key', () => {
  let atrium: Atrium;
  beforeAll(async () => {
    atrium = await startAtrium();
  });
  afterAll(() => atrium.close());

  function create(key: string, body: unknown = CAMPAIGN, tenant = 'berlin-mall', headers: Record<string, string> = {}) {
    return atrium.call(tenant, 'POST', '/campaign-events', body, { 'idempotency-key': key, ...headers });
  }

  function atBerlin<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const tenant = atrium.app.get(Catalogue).find('berlin-mall') as Tenant;
    return runAs({ tenant }, () => atrium.app.get(TenantDatabase, { strict: false }).write(work));
  }

  async function countOf(tenant = 'berlin-mall'): Promise<{ rows: number; changes: number }> {
    const rows = await atrium.call(tenant, 'GET', '/campaign-events?limit=200');
    const changes = await atrium.call(tenant, 'GET', '/changes?limit=200');
    return { rows: rows.body.items.length, changes: changes.body.items.length };
  }

  it('is done once however often it is sent, and answered alike', async () => {
    const key = randomUUID();
    const first = await create(key);
    const before = await countOf();
    const again = await create(key);
    expect(first.status).toBe(201);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(replyOf(again)).toEqual(replyOf(first));
    expect(await countOf()).toEqual(before);
  });

  it('gives the first answer even when the row has changed or gone since', async () => {
    const key = randomUUID();
    const first = await create(key);
    await atrium.call('berlin-mall', 'DELETE', first.headers.get('location') ?? '');
    expect(replyOf(await create(key))).toEqual(replyOf(first));
  });

  it('makes one row of 20 requests at once', async () => {
    const key = randomUUID();
    const before = await countOf();
    const answers = await Promise.all(Array.from({ length: 20 }, () => create(key)));
    for (const { status, body, headers } of answers.filter(({ status }) => status !== 201)) {
      expect([status, body.code]).toEqual([409, 'idempotency-key-in-flight']);
      expect(headers.get('retry-after')).toBe('1');
    }
    expect(answers.some(({ status }) => status === 201)).toBe(true);
    const replies = new Set<string>();
    for (const answer of answers)
      replies.add(JSON.stringify(replyOf(answer.status === 201 ? answer : await create(key))));
    expect(replies.size).toBe(1);
    expect(await countOf()).toEqual({ rows: before.rows + 1, changes: before.changes + 1 });
  });

  it('is decided by the database where requests reach several pods', async () => {
    const tenant = atrium.app.get(Catalogue).find('berlin-mall');
    const campaigns = atrium.app.get(CampaignService);
    const key = randomUUID();
    const before = await countOf();
    const attempts = await Promise.allSettled(
      Array.from({ length: 20 }, () =>
        runAs({ tenant: tenant as Tenant, actor: 'a pod' }, () =>
          new IdempotentRequest('POST /campaign-events', key, CAMPAIGN).run(() =>
            campaigns.create({ name: 'Sale', startDate: new Date('2030-01-01'), endDate: new Date('2030-02-01') }),
          ),
        ),
      ),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await countOf()).toEqual({ rows: before.rows + 1, changes: before.changes + 1 });
    expect((await create(key)).headers.get('idempotency-replayed')).toBe('true');
  });

  it('is the same one with its fields in another order, its numbers and letters spelt otherwise', async () => {
    const key = randomUUID();
    const events = [{ name: 'Früh', startDate: '2030-01-01T00:00:00Z', endDate: '2030-01-02T00:00:00Z' }];
    const first = await create(key, { ...CAMPAIGN, events });
    const again = await create(
      key,
      `{ "events": [{"endDate":"2030-01-02T00:00:00Z","name":"Fr\\u00fch","startDate":"2030-01-01T00:00:00Z"}],
         "endDate":"2030-02-01T00:00:00Z","startDate":"2030-01-01T00:00:00Z","name":"Sale" }`,
    );
    expect([first.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(replyOf(again)).toEqual(replyOf(first));
    const ids = [
      await create(randomUUID(), '{"name":"Sale","name":"Sale"}'),
      await create(randomUUID(), '{"name":"\\ud800","events":[1e999]}'),
      await create(randomUUID(), '"\\ud800"'),
      await create(randomUUID(), ''),
    ];
    expect(ids.map(({ status }) => status)).toEqual([422, 422, 422, 400]);
  });

  it('is refused with lists in another order, and with a number as text', async () => {
    const key = randomUUID();
    const [a, b] = ['A', 'B'].map((name) => ({ ...CAMPAIGN, name }));
    await create(key, { ...CAMPAIGN, events: [a, b] });
    expectProblem(await create(key, { ...CAMPAIGN, events: [b, a] }), 422, 'idempotency-key-reused');
  });

  it('is answered from a record that was kept when bodies were compared as text', async () => {
    const key = randomUUID();
    const first = await create(key);
    const bodyHash = createHash('sha256').update(JSON.stringify(CAMPAIGN)).digest('hex');
    await atBerlin((manager) => manager.update(IdempotencyRecord, { createdOn: MoreThan(new Date(0)) }, { bodyHash }));
    expect(replyOf(await create(key))).toEqual(replyOf(first));
  });

  it('leaves nothing behind once a day has passed, whether or not another comes', async () => {
    const count = () =>
      atBerlin((manager) => manager.countBy(IdempotencyRecord, { createdOn: LessThan(new Date(laterMs - DAY_MS)) }));
    await create(randomUUID());
    const laterMs = Date.now() + 2 * DAY_MS;
    expect(await count()).toBeGreaterThan(0);
    atrium.clock.setMs = laterMs;
    await atrium.call('berlin-mall', 'POST', '/campaign-events', CAMPAIGN);
    atrium.clock.setMs = undefined;
    expect(await count()).toBe(0);
  });

  it('is refused with another body', async () => {
    const key = randomUUID();
    await create(key);
    const before = await countOf();
    const answer = await create(key, { ...CAMPAIGN, name: 'Another sale' });
    expect([answer.status, answer.body.code]).toEqual([422, 'idempotency-key-reused']);
    expect(await countOf()).toEqual(before);
  });

  it('has its key for itself in each tenant and on each route', async () => {
    const key = randomUUID();
    const [berlin, york] = [await create(key), await create(key, CAMPAIGN, 'york-plaza')];
    expect(york.headers.get('idempotency-replayed')).toBeNull();
    const event = await atrium.call(
      'berlin-mall',
      'POST',
      '/events',
      { ...CAMPAIGN, campaignEventId: berlin.body.id },
      { 'idempotency-key': key },
    );
    expect([event.status, event.headers.get('idempotency-replayed')]).toEqual([201, null]);
  });

  it('is the same one when another editor repeats it, and none for who may not write', async () => {
    const key = randomUUID();
    const first = await create(key);
    const colleague = await create(key, CAMPAIGN, 'berlin-mall', await as({ roles: ['editor'], tenants: ['*'] }));
    const reader = await create(key, CAMPAIGN, 'berlin-mall', await as({ roles: ['reader'], tenants: ['*'] }));
    const stranger = await create(
      key,
      CAMPAIGN,
      'berlin-mall',
      await as({ roles: ['editor'], tenants: ['york-plaza'] }),
    );
    expect(replyOf(colleague)).toEqual(replyOf(first));
    expect([reader.status, stranger.status]).toEqual([403, 403]);
  });

  it('may be mended and sent again when it was refused', async () => {
    const key = randomUUID();
    expect((await create(key, { ...CAMPAIGN, endDate: '2029-01-01T00:00:00Z' })).status).toBe(422);
    const unknownCampaign = { ...CAMPAIGN, campaignEventId: 2_000_000_000 };
    const headers = { 'idempotency-key': key };
    expect((await atrium.call('berlin-mall', 'POST', '/events', unknownCampaign, headers)).status).toBe(422);
    expect((await create(key)).status).toBe(201);
  });

  it.each(['', 'x'.repeat(256), 'two words', 'ümlaut'])('is refused with %j as its key', async (key) => {
    expectProblem(await create(key), 400, 'idempotency-key-malformed');
  });

  it.each(['!', '~'.repeat(255), "';--"])('is taken with %j as its key', async (key) => {
    expect((await create(key)).status).toBe(201);
  });

  it('tells keys apart that differ in case alone', async () => {
    const key = randomUUID();
    await create(key);
    expect((await create(key.toUpperCase(), { ...CAMPAIGN, name: 'Another' })).status).toBe(201);
  });

  it('is remembered for 24 hours', async () => {
    const key = randomUUID();
    const startMs = Date.now();
    const first = await create(key);
    atrium.clock.setMs = startMs + DAY_MS - 60_000;
    expect(replyOf(await create(key))).toEqual(replyOf(first));
    atrium.clock.setMs = startMs + DAY_MS + 60_000;
    const later = await create(key);
    atrium.clock.setMs = undefined;
    expect(later.headers.get('idempotency-replayed')).toBeNull();
    expect(later.body.id).not.toBe(first.body.id);
  });
});

function replyOf({ status, headers, body }: Answer) {
  return { status, etag: headers.get('etag'), location: headers.get('location'), body };
}

async function as(claims: object) {
  return { authorization: `Bearer ${await signToken({ sub: 'somebody else', ...claims })}` };
}

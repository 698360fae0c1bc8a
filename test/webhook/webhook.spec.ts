import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, NOBODY, signToken, startAtrium } from '../support/atrium.js';
import { createDatabase, type TestDatabase, testServer } from '../support/database.js';
import { expectProblem } from '../support/problem.js';
import { listChanges } from '../support/rows.js';

const MALL = 'berlin-mall';
const URL = 'https://hooks.example.com/atrium';

interface Webhook {
  id: number;
  url: string;
  types: string[];
  active: boolean;
  createdOn: string;
  secret?: string;
}

describe('webhooks of a centre', () => {
  let atrium: Atrium;
  beforeAll(async () => {
    atrium = await startAtrium();
  });
  afterAll(() => atrium.close());

  function make(fields: object = {}, headers = {}) {
    return atrium.call<Webhook>(MALL, 'POST', '/webhooks', { url: URL, ...fields }, headers);
  }

  it('show their secret once', async () => {
    const { status, body, headers } = await make();
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/webhooks/${body.id}`);
    const { secret = '', ...rest } = body;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(Object.keys(rest).toSorted()).toEqual(['active', 'createdOn', 'id', 'types', 'url']);
    expect(rest).toMatchObject({ url: URL, types: ['*'], active: true });
    const found = await atrium.call<Webhook>(MALL, 'GET', `/webhooks/${body.id}`);
    expect(found.body).toEqual(rest);
    expect(found.headers.get('etag')).toBe(headers.get('etag'));
    expect(found.headers.get('cache-control')).toBe('private, no-store');
    const { body: page } = await atrium.call<{ items: Webhook[] }>(MALL, 'GET', '/webhooks');
    expect(page).toEqual({ items: expect.arrayContaining([rest]), next: null });
    expect(JSON.stringify(await listChanges(atrium, MALL))).not.toContain('whsec_');
  });

  it('are made once for one Idempotency-Key, and the repeated answer has the secret too', async () => {
    const key = { 'idempotency-key': 'webhook-once' };
    const first = await make({}, key);
    const again = await make({}, key);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    await atrium.call(MALL, 'POST', `/webhooks/${first.body.id}/secret`);
    const { secret: _secret, ...rest } = first.body;
    expect((await make({}, key)).body).toEqual(rest);
  });

  it('get a new secret on demand', async () => {
    const { body: webhook } = await make();
    const { status, body } = await atrium.call<Webhook>(MALL, 'POST', `/webhooks/${webhook.id}/secret`);
    expect(status).toBe(200);
    expect(body).toEqual({ ...webhook, secret: expect.stringMatching(/^whsec_/) });
    expect(body.secret).not.toBe(webhook.secret);
  });

  it('are changed and deleted, on their condition, and tell it in the changes', async () => {
    const { body: webhook, headers } = await make({ types: ['event.started'] });
    const path = `/webhooks/${webhook.id}`;
    const etag = headers.get('etag') ?? '';
    const changed = await atrium.call<Webhook>(
      MALL,
      'PATCH',
      path,
      { active: false, types: null },
      { 'if-match': etag },
    );
    expect(changed.status).toBe(200);
    const { secret: _secret, ...rest } = webhook;
    expect(changed.body).toEqual({ ...rest, active: false, types: ['*'] });
    expectProblem(await atrium.call(MALL, 'DELETE', path, undefined, { 'if-match': etag }), 412, 'stale');
    expect((await atrium.call(MALL, 'PATCH', path, {})).body).toEqual(changed.body);
    expect((await atrium.call(MALL, 'DELETE', path)).status).toBe(204);
    expectProblem(await atrium.call(MALL, 'GET', path), 404, 'not-found');
    const told = (await listChanges(atrium, MALL)).filter(
      ({ resource, resourceId }) => (resource as string) === 'webhook' && resourceId === webhook.id,
    );
    expect(told.map(({ action, before, after }) => ({ action, before, after }))).toEqual([
      { action: 'create', before: null, after: rest },
      { action: 'update', before: rest, after: changed.body },
      { action: 'delete', before: changed.body, after: null },
    ]);
  });

  it.each<[string, object, string]>([
    ['no address', { url: undefined }, '#/url'],
    ['an address that is no text', { url: 7 }, '#/url'],
    ['http', { url: 'http://hooks.example.com/' }, '#/url'],
    ['a private address', { url: 'https://0x7f.1/' }, '#/url'],
    ['a user name', { url: 'https://me@hooks.example.com/' }, '#/url'],
    ['a long address', { url: `${URL}?${'x'.repeat(2_048)}` }, '#/url'],
    ['an unknown type', { types: ['campaign.moved'] }, '#/types'],
    ['no type', { types: [] }, '#/types'],
    ['a type twice', { types: ['*', '*'] }, '#/types'],
    ['types that are no list', { types: '*' }, '#/types'],
    ['active as text', { active: 'yes' }, '#/active'],
    ['a secret of its own', { secret: 'whsec_x' }, '#/secret'],
  ])('are refused with %s', async (_, fields, pointer) => {
    const answer = await make(fields);
    expectProblem(answer, 422, 'fields-invalid');
    expect(answer.body).toMatchObject({ errors: [{ pointer }] });
  });

  it('are at most 20', async () => {
    const { body } = await atrium.call<{ items: Webhook[] }>('york-plaza', 'GET', '/webhooks');
    expect(body.items).toEqual([]);
    const made = await Promise.all(
      Array.from({ length: 22 }, () => atrium.call('york-plaza', 'POST', '/webhooks', { url: URL })),
    );
    const refused = made.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(2);
    for (const answer of refused) expectProblem(answer, 409, 'webhooks-full');
    const first = await atrium.call<{ items: Webhook[]; next: string }>('york-plaza', 'GET', '/webhooks?limit=15');
    const rest = await atrium.call<{ items: Webhook[]; next: null }>(
      'york-plaza',
      'GET',
      `/webhooks?after=${encodeURIComponent(first.body.next)}`,
    );
    expect([...first.body.items, ...rest.body.items].map(({ id }) => id)).toEqual(
      Array.from({ length: 20 }, (_, id) => id),
    );
  });

  it('are for editors alone', async () => {
    const reader = { authorization: `Bearer ${await signToken({ roles: ['reader'], tenants: [MALL] })}` };
    expectProblem(await atrium.call(MALL, 'GET', '/webhooks', undefined, reader), 403, 'role-required');
    expectProblem(await atrium.call(MALL, 'GET', '/webhooks', undefined, { authorization: '' }), 401, 'token-required');
  });
});

describe('the secrets of webhooks', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.remove());

  it('stand in no file of the database', async () => {
    const atrium = await startAtrium({ DATABASE_URL: database.url });
    const secrets: string[] = [];
    const key = { 'idempotency-key': 'k' };
    const { body } = await atrium.call<Webhook>(MALL, 'POST', '/webhooks', { url: URL }, key);
    const rotated = await atrium.call<Webhook>(MALL, 'POST', `/webhooks/${body.id}/secret`, undefined, key);
    secrets.push(body.secret ?? '', rotated.body.secret ?? '');
    await atrium.close();
    if (testServer()) return;
    const folder = database.url.slice('sqlite:'.length);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const all = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1')).join('\n');
    expect(all).toContain(URL);
    expect(all).not.toContain('whsec_');
    for (const secret of secrets) expect(all).not.toContain(secret.slice('whsec_'.length, -1));
  });

  it('need a key of the service', async () => {
    const atrium = await startAtrium({ JWT_SECRET: '', JWT_ISSUER: 'http://127.0.0.1:1' });
    const { SecretBox } = await import('../../src/webhook/secret-box.js');
    expect(() => atrium.app.get(SecretBox, { strict: false }).make(MALL)).toThrow(/WEBHOOK_SECRET_KEY/);
    await atrium.close();
  });

  it('are opened with an older key while it is named, for their own centre only', async () => {
    const [older, newer] = ['o'.repeat(32), 'n'.repeat(32)];
    const { SecretBox } = await import('../../src/webhook/secret-box.js');
    const { loadConfig } = await import('../../src/config/config.js');
    const box = (keys: string) =>
      new SecretBox(loadConfig({ WEBHOOK_SECRET_KEY: keys, JWT_ISSUER: 'https://issuer.example' }));
    const { secret, sealed } = box(older).make(MALL);
    expect(sealed).not.toContain(secret);
    expect(box(`${newer},${older}`).open(sealed, MALL)).toBe(secret);
    expect(() => box(newer).open(sealed, MALL)).toThrow(/key/);
    expect(() => box(older).open(sealed, 'york-plaza')).toThrow(/authenticate/);
    expect(() =>
      box(older).open(
        sealed.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
        MALL,
      ),
    ).toThrow(/authenticate/);
    expect(() => loadConfig({ WEBHOOK_SECRET_KEY: `${newer},short` })).toThrow(/WEBHOOK_SECRET_KEY should be/);
  });
});

it('a webhook of nobody is nowhere', async () => {
  const atrium = await startAtrium();
  expectProblem(await atrium.call(NOBODY, 'GET', '/webhooks'), 400, 'tenant-required');
  await atrium.close();
});

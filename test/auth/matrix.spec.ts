import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type JWTPayload, SignJWT } from 'jose';
import { type Answer, type Atrium, call, JWT_SECRET, signToken, startAtrium } from '../support/atrium.js';
import { Issuer } from '../support/issuer.js';
import { derivedCall, KEPT, listPaths, operationsOf } from '../support/openapi.js';
import { expectProblem } from '../support/problem.js';

const AUDIENCE = 'atrium-of-the-tests';
const ALL_ROLES = ['reader', 'editor', 'platform-admin'];
const PERIOD = { startDate: '2030-01-01T00:00:00Z', endDate: '2030-02-01T00:00:00Z' };
const CAMPAIGN = { name: 'Sale', ...PERIOD };
const EVENT = { ...CAMPAIGN, campaignEventId: 0 };
const LOCAL = { name: 'Sale', startDate: '2030-01-01T00:00', endDate: '2030-02-01T00:00' };

interface Request {
  path?: string;
  body?: object;
  /** Of success, where it is not that of the method. */
  status?: number;
}

/** Requests that need a body or a row of their own for a 2xx; all other routes are asked as the document shows. */
const KNOWN_REQUESTS: Record<string, Request> = {
  'GET /campaign-events': {},
  'GET /campaign-events/live': {},
  'GET /campaign-events/{id}': {},
  'GET /campaign-events/{id}/events': {},
  'POST /campaign-events': { body: CAMPAIGN },
  'PUT /campaign-events/{id}': { body: CAMPAIGN },
  'PATCH /campaign-events/{id}': { body: { name: 'Better sale' } },
  'DELETE /campaign-events/{id}': { path: '/campaign-events/1' },
  'POST /campaign-events/{id}/copies': { path: '/campaign-events/0/copies', body: { startDate: PERIOD.startDate } },
  'POST /imports': {
    body: new Blob(['name,startDate,endDate\nSale,2030/01/01 00:00,2030/02/01 00:00'], { type: 'text/csv' }),
    status: 200,
  },
  'GET /rollouts': {},
  'POST /rollouts': { body: { key: 'sale', tenants: ['berlin-mall'], campaign: LOCAL }, status: 200 },
  'GET /rollouts/{key}': { path: '/rollouts/sale' },
  // Past the guard, there is nothing to bring back or to take back.
  'POST /campaign-events/{id}/restore': { status: 409 },
  'POST /events/{id}/restore': { status: 409 },
  'POST /changes/{revision}/undo': { path: '/changes/999/undo', status: 404 },
  'GET /events': {},
  'GET /events/live': {},
  'GET /events/{id}': {},
  'POST /events': { body: EVENT },
  'PUT /events/{id}': { body: EVENT },
  'PATCH /events/{id}': { body: { name: 'Better event' } },
  'DELETE /events/{id}': { path: '/events/1' },
  'GET /timeline': {},
  'GET /tenant': {},
  'GET /changes': {},
  'POST /webhooks/{id}/secret': { path: '/webhooks/0/secret', status: 200 },
  'POST /webhooks/{id}/test': { path: '/webhooks/0/test', status: 202 },
  'POST /webhooks/{id}/deliveries/{deliveryId}/retry': { path: '/webhooks/0/deliveries/0/retry', status: 202 },
  'GET /health': {},
  'GET /health/live': {},
  'GET /health/ready': {},
  'GET /tenants': {},
  'POST /tenants': { body: { id: 'new-mall', name: 'New Mall', timeZone: 'UTC' } },
  'GET /tenants/{id}': { path: '/tenants/york-plaza' },
  'PATCH /tenants/{id}': { path: '/tenants/york-plaza', body: { name: 'Better Plaza' } },
  'DELETE /tenants/{id}': { path: '/tenants/leaving?confirm=leaving' },
};

const REQUESTS: Record<string, Request> = Object.fromEntries(
  operationsOf(KEPT).map((operation) => [operation.key, KNOWN_REQUESTS[operation.key] ?? derivedCall(operation)]),
);

/** Tokens by what is wrong with them, and what a route that asks for one answers. */
const WRONG: Record<string, Wrong> = {
  'no token': { status: 401, token: async () => '' },
  'an expired token': {
    status: 401,
    token: (role, sign) => sign({ ...right(role), exp: Math.floor(Date.now() / 1_000) - 61 }),
  },
  'a token without expiry': { status: 401, token: (role, sign) => sign({ ...right(role), exp: undefined }) },
  'a token for later': {
    status: 401,
    token: (role, sign) => sign({ ...right(role), nbf: Math.floor(Date.now() / 1_000) + 120 }),
  },
  'a token of nobody': { status: 401, token: (role, sign) => sign({ ...right(role), sub: undefined }) },
  'a wrong signature': {
    status: 401,
    token: async (role, sign) => (await sign(right(role))).replace(/[^.]{6}$/, 'AAAAAA'),
  },
  'claims changed after signing': {
    status: 401,
    token: async (role, sign) => tamper(await sign(right('reader')), role),
  },
  'alg none': { status: 401, token: async (role) => `${encode({ alg: 'none' })}.${encode(right(role))}.` },
  'another secret': {
    status: 401,
    token: (role) => signToken(right(role), 'a secret that is not the one of the tests'),
  },
  'another algorithm with the right secret': {
    status: 401,
    token: (role) => new SignJWT(right(role)).setProtectedHeader({ alg: 'HS512' }).sign(Buffer.from(JWT_SECRET)),
  },
  "the issuer's public key as a secret": {
    status: 401,
    token: async (role) => signToken(right(role), await issuer.publicPem()),
  },
  'a wrong audience': { status: 401, token: (role, sign) => sign({ ...right(role), aud: 'another service' }) },
  'no audience': { status: 401, token: (role, sign) => sign({ ...right(role), aud: undefined }) },
  'no role': { onlyOfRoles: true, status: 403, token: (role, sign) => sign({ ...right(role), roles: [] }) },
  'roles that are no list': {
    onlyOfRoles: true,
    status: 403,
    token: (role, sign) => sign({ ...right(role), roles: { [role]: true } }),
  },
  'a wrong role': {
    onlyOfRoles: true,
    status: 403,
    token: (role, sign, others) =>
      sign({
        ...right(role),
        roles: ALL_ROLES.filter(
          (other) => other !== role && !others.includes(other) && !(role === 'reader' && other === 'editor'),
        ),
      }),
  },
  "another tenant's token": {
    onlyOfTenants: true,
    status: 403,
    token: (role, sign) => sign({ ...right(role), tenants: ['york-plaza'] }),
  },
  'a look-alike of the tenant': {
    onlyOfTenants: true,
    status: 403,
    token: (role, sign) => sign({ ...right(role), tenants: ['Berlin-Mall', 'berlin-mall ', 'berlin', 'bеrlin-mall'] }),
  },
  'tenants that are no list': {
    onlyOfTenants: true,
    status: 403,
    token: (role, sign) => sign({ ...right(role), tenants: { 'berlin-mall': true } }),
  },
};

interface Wrong {
  status: 401 | 403;
  /** Routes of the catalogue are for admins of the platform, whatever tenants they name. */
  onlyOfTenants?: boolean;
  /** Without its role a caller sees what the public sees. */
  onlyOfRoles?: boolean;
  /** @param others roles that the route takes in the place of `role` */
  token: (role: string, sign: Sign, others: string[]) => Promise<string>;
}

type Sign = (claims: JWTPayload) => Promise<string>;

let issuer: Issuer;
beforeAll(async () => {
  issuer = await Issuer.start();
});
afterAll(() => issuer.close());

describe.each([
  { keys: 'a secret', publicReads: true },
  { keys: 'a secret', publicReads: false },
  { keys: 'the keys of an issuer', publicReads: false },
])('every route, tokens checked with $keys, public reads $publicReads', ({ keys, publicReads }) => {
  let atrium: Atrium;
  let sign: Sign;
  let routes: { route: string; role: string | undefined; others: string[]; isOpen: boolean }[];

  beforeAll(async () => {
    const ofIssuer = keys !== 'a secret';
    atrium = await startAtrium({
      JWT_AUDIENCE: AUDIENCE,
      PUBLIC_READS: String(publicReads),
      WEBHOOK_SECRET_KEY: 'a key of the tests for the secrets of webhooks',
      ...(ofIssuer ? { JWT_SECRET: '', JWT_ISSUER: issuer.url } : {}),
    });
    sign = ofIssuer ? (claims) => issuer.sign(claims) : (claims) => signToken(claims);
    const { body: document } = await call<Document>(atrium.url, '', 'GET', '/openapi.json');
    routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { security = [] }]) => ({
        route: `${method.toUpperCase()} ${path}`,
        role: security[0]?.token?.[0],
        others: security.slice(1).flatMap(({ token = [] }) => token),
        /** It reads the rows of a tenant, and needs no token. */
        isOpen: security.some((schemes) => 'tenant' in schemes && !('token' in schemes)),
      })),
    );
    const admin = await sign(right('platform-admin'));
    await request('POST', '/tenants', admin, { id: 'leaving', name: 'Leaving', timeZone: 'UTC' });
    await request('PATCH', '/tenants/leaving', admin, { status: 'suspended' });
    for (const _ of [0, 1]) {
      await ask('POST /campaign-events', 'editor', CAMPAIGN);
      await ask('POST /events', 'editor', EVENT);
      for (const path of listPaths().filter((path) => !KNOWN_REQUESTS[`POST ${path}`]))
        await ask(`POST ${path}`, 'editor', REQUESTS[`POST ${path}`]?.body);
    }
  });
  afterAll(() => atrium.close());

  async function ask(route: string, role: string, body?: object) {
    const [method = '', path = ''] = route.split(' ');
    return request(method, path, await sign(right(role)), body);
  }

  function request(method: string, path: string, token: string, body?: object) {
    return call(atrium.url, 'berlin-mall', method, path, body, {
      authorization: token === '' ? '' : `Bearer ${token}`,
    });
  }

  it('has a row in this test', () => {
    expect(routes.map(({ route }) => route).toSorted()).toEqual(Object.keys(REQUESTS).toSorted());
    expect(Object.keys(REQUESTS)).toEqual(expect.arrayContaining(Object.keys(KNOWN_REQUESTS)));
  });

  it.each(Object.entries(WRONG))('refuses %s', async (_, { status, token, onlyOfTenants, onlyOfRoles }) => {
    const answers: Record<string, unknown> = {};
    const expected: Record<string, unknown> = {};
    const refusals: Answer[] = [];
    for (const { route, role, others, isOpen } of routes) {
      if (onlyOfTenants && role === 'platform-admin') continue;
      const [method = '', template = ''] = route.split(' ');
      const { path = template.replace('{id}', '0'), body } = REQUESTS[route] ?? {};
      const given = await token(role ?? 'reader', sign, others);
      // A public read needs no token and no role. A token that is not valid, or for another tenant, is refused there too.
      const isIgnored = isOpen ? given === '' || onlyOfRoles : role === undefined;
      expected[route] = isIgnored ? 200 : status;
      const answer = await request(method, path, given, body);
      answers[route] = answer.status;
      if (isIgnored) continue;
      refusals.push(answer);
      expect(answer.headers.get('cache-control')).toBe(given === '' ? 'no-store' : 'private, no-store');
    }
    expect(answers).toEqual(expected);
    for (const refusal of refusals) {
      expectProblem(refusal, status);
      expect(refusal.headers.get('www-authenticate')).toMatch(/^Bearer realm="atrium"/);
    }
  });

  it('lets the right caller in, and a reader wherever an editor reads', async () => {
    for (const { route, role } of routes) {
      const [method = '', template = ''] = route.split(' ');
      const {
        path = template.replace('{id}', '0'),
        body,
        status = { POST: 201, DELETE: 204 }[method] ?? 200,
      } = REQUESTS[route] ?? {};
      const callers = role === undefined ? [''] : role === 'reader' ? ['reader', 'editor'] : [role];
      for (const caller of callers) {
        const answer = await request(method, path, caller && (await sign(right(caller))), body);
        expect([route, answer.status]).toEqual([route, status]);
        const ofRows = role === undefined ? /^public, max-age=\d$/ : /^private, no-store$/;
        const isKept = !template.startsWith('/health') && !template.endsWith('/stream');
        const caching = isKept || caller !== '' ? ofRows : /^no-store$/;
        expect(answer.headers.get('cache-control') ?? '').toMatch(caching);
      }
    }
  });

  it('keeps what it has shown to the right caller from everybody else', async () => {
    for (const { route, role, isOpen } of routes.filter(({ route }) => route.startsWith('GET'))) {
      if (role === 'platform-admin') continue; // not a tenant's
      const [, template = ''] = route.split(' ');
      const path = template.replace('{id}', '0');
      for (const _ of [0, 1]) await request('GET', path, await sign(right('editor')));
      const statuses = [
        (await request('GET', path, '')).status,
        (await request('GET', path, await sign({ ...right('editor'), tenants: ['york-plaza'] }))).status,
      ];
      expect([route, statuses]).toEqual([route, isOpen ? [200, 403] : role === undefined ? [200, 200] : [401, 403]]);
    }
  });

  it('shows another moment to editors only', async () => {
    const moved = operationsOf(KEPT).filter(({ parameters = [] }) => parameters.some(({ name }) => name === 'at'));
    expect(moved.length).toBeGreaterThan(0);
    for (const { path: template } of moved) {
      const path = `${template.replace('{id}', '0')}?at=2035-01-01T00:00:00Z`;
      const statuses = [];
      for (const token of [
        '',
        await sign(right('reader')),
        await sign(right('platform-admin')),
        await sign(right('editor')),
      ])
        statuses.push((await request('GET', path, token)).status);
      expect([path, statuses]).toEqual([path, [publicReads ? 403 : 401, 403, 403, 200]]);
    }
  });

  it('says 401 only once the tenant is known to be there', async () => {
    const answers = await Promise.all(
      ['', 'NO', 'nowhere'].map((tenant) =>
        call(atrium.url, tenant, 'POST', '/events', EVENT, { authorization: '' }).then(({ status, body }) => [
          status,
          body.code,
        ]),
      ),
    );
    expect(answers).toEqual([
      [400, 'tenant-required'],
      [400, 'tenant-malformed'],
      [404, 'tenant-unknown'],
    ]);
  });
});

interface Document {
  paths: Record<string, Record<string, { security?: { tenant?: string[]; token?: string[] }[] }>>;
}

function right(role: string): JWTPayload {
  return {
    sub: 'tester',
    roles: [role],
    tenants: ['berlin-mall'],
    aud: AUDIENCE,
    exp: Date.parse('2999-01-01') / 1_000,
  };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function tamper(token: string, role: string): string {
  const [header, , signature] = token.split('.');
  return [header, encode(right(role === 'reader' ? 'editor' : role)), signature].join('.');
}

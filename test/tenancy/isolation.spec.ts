import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, type Body, callerHeaders, startAtrium, TENANTS } from '../support/atrium.js';
import { derivedCall, isOfTenant, KEPT, listPaths, operationsOf, readOpenApi } from '../support/openapi.js';
import { createCampaign, createEvent, everything, listAll, listChanges, NOVEMBER } from '../support/rows.js';

const [BERLIN, YORK] = TENANTS.map(({ id }) => id) as [string, string];
const MARKERS: Record<string, string> = { [BERLIN]: 'Secret of Berlin', [YORK]: 'Secret of York' };

/** Held by the other shopping centre only. */
const FOREIGN_ID = 2;

interface Call {
  path: string;
  /** What the caller does before. */
  first?: [method: string, path: string];
  /** Takes a name that bears the caller's marker. */
  body?: (name: string) => object;
  /** Words of the answer by the caller's marker, which is in it otherwise. */
  shows?: (marker: string) => string;
  /** How the same operation reaches for a row of the other shopping centre, and what comes of it. */
  reach?: { path?: string; body?: object; status: number };
}

const PHASE = { startDate: '2026-11-02T00:00:00Z', endDate: '2026-11-03T00:00:00Z' };
const named = (name: string) => ({ name });
const table = (text: string) => new Blob([text], { type: 'text/csv' });
const campaign = (name: string) => ({ ...NOVEMBER, name });
const webhookUrl = (name: string) => `https://hooks.invalid/${encodeURIComponent(name)}`;
const webhook = (name: string) => ({ url: webhookUrl(name), types: ['event.deleted'] });

/** How to call operations that need a body or a row of their own; all others are called as the document shows. */
const KNOWN_CALLS: Record<string, Call> = {
  'GET /campaign-events': { path: '/campaign-events' },
  'GET /campaign-events/live': { path: '/campaign-events/live' },
  'GET /campaign-events/{id}': { path: '/campaign-events/0', reach: { status: 404 } },
  'GET /campaign-events/{id}/events': { path: '/campaign-events/0/events', reach: { status: 404 } },
  'POST /campaign-events': { path: '/campaign-events', body: campaign },
  'PUT /campaign-events/{id}': { path: '/campaign-events/0', body: campaign, reach: { status: 404 } },
  'PATCH /campaign-events/{id}': { path: '/campaign-events/0', body: named, reach: { status: 404 } },
  'DELETE /campaign-events/{id}': { path: '/campaign-events/1', reach: { status: 404 } },
  'GET /events': {
    path: '/events',
    reach: { path: `/events?campaignEventId=${FOREIGN_ID}`, status: 200 },
  },
  'GET /events/live': { path: '/events/live' },
  'GET /events/{id}': { path: '/events/0', reach: { status: 404 } },
  'POST /events': {
    path: '/events',
    body: (name) => ({ ...PHASE, name, campaignEventId: 0 }),
    reach: { body: { ...PHASE, name: 'x', campaignEventId: FOREIGN_ID }, status: 422 },
  },
  'PUT /events/{id}': { path: '/events/0', body: (name) => ({ ...PHASE, name }), reach: { status: 404 } },
  'PATCH /events/{id}': { path: '/events/0', body: named, reach: { status: 404 } },
  'DELETE /events/{id}': { path: '/events/1', reach: { status: 404 } },
  'POST /campaign-events/{id}/copies': {
    path: '/campaign-events/0/copies',
    body: (name) => ({ name, startDate: NOVEMBER.startDate }),
    reach: { status: 404 },
  },
  'POST /imports': {
    path: '/imports',
    body: (name) => table(`name,id,startDate,endDate\n${name},0,,\n${name},,2030/01/01 00:00,2030/02/01 00:00`),
    reach: { body: table(`name,id\nx,${FOREIGN_ID}`), status: 422 },
    shows: () => '"created":1,"updated":1',
  },
  'POST /campaign-events/{id}/restore': {
    path: '/campaign-events/0/restore',
    first: ['DELETE', '/campaign-events/0'],
    reach: { status: 404 },
  },
  'POST /events/{id}/restore': {
    path: '/events/0/restore',
    first: ['DELETE', '/events/0'],
    reach: { status: 404 },
  },
  'GET /changes': { path: '/changes' },
  'POST /changes/{revision}/undo': {
    path: '/changes/{last}/undo',
    first: ['PATCH', '/events/0'],
    reach: { path: '/changes/{last of the other}/undo', status: 404 },
  },
  'GET /timeline/stream': { path: '/timeline/stream', shows: () => 'retry:' },
  'GET /webhooks': { path: '/webhooks', shows: webhookUrl },
  'GET /webhooks/{id}': { path: '/webhooks/0', reach: { status: 404 }, shows: webhookUrl },
  'POST /webhooks': { path: '/webhooks', body: webhook, shows: webhookUrl },
  'POST /webhooks/{id}/secret': { path: '/webhooks/0/secret', reach: { status: 404 }, shows: webhookUrl },
  'PATCH /webhooks/{id}': { path: '/webhooks/0', body: webhook, reach: { status: 404 }, shows: webhookUrl },
  'DELETE /webhooks/{id}': { path: '/webhooks/1', reach: { status: 404 } },
  'POST /webhooks/{id}/test': { path: '/webhooks/0/test', reach: { status: 404 }, shows: webhookUrl },
  'GET /webhooks/{id}/deliveries': {
    path: '/webhooks/0/deliveries',
    reach: { status: 404 },
    shows: () => 'test_',
  },
  'POST /webhooks/{id}/deliveries/{deliveryId}/retry': {
    path: '/webhooks/0/deliveries/0/retry',
    reach: { status: 404 },
    shows: () => 'test_',
  },
};

/** Every operation on the rows of a tenant. */
const CALLS: Record<string, Call> = Object.fromEntries(
  operationsOf(KEPT)
    .filter(isOfTenant)
    .map((operation) => {
      const { path, body } = derivedCall(operation);
      const reach = path === operation.path ? {} : { reach: { status: 404 } };
      // The clock of this spec stands in November 2026.
      if (body instanceof Blob) return [operation.key, KNOWN_CALLS[operation.key] ?? { path, body: () => body }];
      const period = body && 'startDate' in body ? NOVEMBER : {};
      const call = { path, ...(body ? { body: (name: string) => ({ ...body, ...period, name }) } : {}), ...reach };
      return [operation.key, KNOWN_CALLS[operation.key] ?? call];
    }),
);

/** Lists of rows of features that this spec knows nothing of. */
const OTHER_LISTS = listPaths().filter((path) => KNOWN_CALLS[`POST ${path}`] === undefined);

const READS = ['/campaign-events', '/events', '/events/live', '/changes'];

describe.each([
  [BERLIN, YORK],
  [YORK, BERLIN],
])('a caller of %s, every operation of the API', (self, other) => {
  let atrium: Atrium;
  beforeAll(async () => {
    const named = TENANTS.map((tenant) => ({ ...tenant, name: `${MARKERS[tenant.id]}` }));
    atrium = await startAtrium({ TENANTS: JSON.stringify(named) });
    atrium.clock.setMs = Date.parse('2026-11-09T00:00:00Z');
    for (const tenant of [self, other]) {
      for (const id of tenant === self ? [0, 1] : [0, 1, FOREIGN_ID]) {
        await createCampaign(atrium, tenant, { name: `${MARKERS[tenant]} ${id}` });
        // Event 1 must outlive campaign 1, which is deleted.
        const campaignEventId = id === 1 ? 0 : id;
        await createEvent(atrium, tenant, { name: `${MARKERS[tenant]} ${id}`, campaignEventId });
        for (const path of OTHER_LISTS) {
          const body = CALLS[`POST ${path}`]?.body?.(`${MARKERS[tenant]} ${id}`);
          expect([path, (await atrium.call(tenant, 'POST', path, body)).status]).toEqual([path, 201]);
        }
        await atrium.call(tenant, 'POST', '/webhooks', webhook(`${MARKERS[tenant]} ${id}`));
      }
      await atrium.call(tenant, 'POST', '/webhooks/0/test');
    }
  });
  afterAll(() => atrium.close());

  it('is covered here', async () => {
    const operations = operationsOf(await readOpenApi(atrium));
    // The catalogue and the process itself belong to no tenant; whatever else does not say so is one's.
    const keys = operations
      .filter(({ path }) => !/^\/(tenants|rollouts|health)(\/|$)/.test(path))
      .map(({ key }) => key);
    expect(keys.toSorted()).toEqual(Object.keys(CALLS).toSorted());
    expect(Object.keys(CALLS)).toEqual(expect.arrayContaining(Object.keys(KNOWN_CALLS)));
  });

  it.each(Object.entries(CALLS).flatMap(([key, { reach, ...call }]) => (reach ? [[key, reach, call] as const] : [])))(
    '%s cannot reach a row of the other',
    async (key, reach, { path, body }) => {
      const before = [await everything(atrium, self), await everything(atrium, other)];
      // The other has written more.
      const lastOfOther = String((await listChanges(atrium, other)).length);
      const foreignPath = (reach.path ?? path.replace(/\d+/, String(FOREIGN_ID))).replace(/\{.+\}/, lastOfOther);
      const foreign = await atrium.call<unknown>(self, methodOf(key), foreignPath, reach.body ?? body?.('x'));
      expect(foreign.status).toBe(reach.status);
      expect(allOf(foreign)).not.toMatch(/Secret|berlin-mall|york-plaza/);
      expect([await everything(atrium, self), await everything(atrium, other)]).toEqual(before);
    },
  );

  it('sees nothing of the other at another moment', async () => {
    const paths = operationsOf(KEPT)
      .filter(({ method }) => method === 'GET')
      .filter(({ parameters = [] }) => parameters.some(({ name }) => name === 'revision'))
      .map(({ path }) => path.replace('{id}', '0'));
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths)
      for (const moment of ['revision=2', 'at=2026-11-09T00:00:00Z', 'at=2026-11-10T00:00:00Z']) {
        const own = await atrium.call<unknown>(self, 'GET', `${path}?${moment}`);
        const shown = [
          path,
          moment,
          own.status,
          allOf(own).includes(MARKERS[self] ?? ''),
          allOf(own).includes(MARKERS[other] ?? ''),
        ];
        expect(shown).toEqual([path, moment, 200, true, false]);
      }
    // The other has more rows: an id and a revision of theirs are not there.
    const foreign = await atrium.call<unknown>(self, 'GET', `/campaign-events/${FOREIGN_ID}?revision=4`);
    expect([foreign.status, allOf(foreign).includes(MARKERS[other] ?? '')]).toEqual([404, false]);
    expect((await atrium.call(self, 'GET', '/timeline?revision=999')).status).toBe(404);
  });

  it.each(Object.entries(CALLS))(
    '%s shows and touches nothing of the other',
    async (key, { path, first, body, shows }) => {
      if (first)
        await atrium.call(self, ...first, first[0] === 'PATCH' ? { name: `${MARKERS[self]} again` } : undefined);
      const theirs = await everything(atrium, other);
      const last = String((await listChanges(atrium, self)).length);
      const ownPath = path.replace('{last}', last);
      const own = await atrium.call<unknown>(self, methodOf(key), ownPath, body?.(`${MARKERS[self]} new`));
      expect(own.status).toBeLessThan(300);
      expect(allOf(own)).not.toContain(MARKERS[other]);
      // The shopping centre itself is told by its id, a table by what becomes of its lines, all else by rows.
      const marker = MARKERS[self] ?? '';
      const shown = path === '/tenant' ? self : (shows?.(marker) ?? marker);
      expect(allOf(own).includes(shown)).toBe(own.status !== 204);
      expect(await everything(atrium, other)).toEqual(theirs);
    },
  );
});

describe('two shopping centres at once', () => {
  let atrium: Atrium;
  beforeAll(async () => {
    atrium = await startAtrium();
  });
  afterAll(() => atrium.close());

  it('never see each other however their requests interleave', async () => {
    const requests = Array.from({ length: 60 }, async (_, index) => {
      const [tenant, other] = index % 2 === 0 ? [BERLIN, YORK] : [YORK, BERLIN];
      const body = { ...NOVEMBER, name: `${MARKERS[tenant]} ${index}`, events: [{ ...PHASE, name: MARKERS[tenant] }] };
      const answers = await Promise.all([
        atrium.call<unknown>(tenant, 'POST', '/campaign-events', body),
        ...READS.map((path) => atrium.call<unknown>(tenant, 'GET', path)),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([201, ...READS.map(() => 200)]);
      expect(answers.map(allOf).join()).not.toContain(MARKERS[other]);
    });
    await Promise.all(requests);
    for (const tenant of [BERLIN, YORK]) {
      const { campaigns, events, changes } = await everything(atrium, tenant);
      expect([campaigns.length, events.length, changes.length]).toEqual([30, 30, 30]);
      expect([...campaigns, ...events].every(({ name }) => name.startsWith(MARKERS[tenant] ?? '-'))).toBe(true);
    }
  });

  it('stay apart on connections they share, whose bytes come in pieces cut anywhere', async () => {
    const connections = await Promise.all(
      [7, 53, 190, 997].map((pieceBytes, connection) => alternate(atrium.url, `connection ${connection}`, pieceBytes)),
    );
    for (const [connection, answers] of connections.entries()) {
      expect(answers.map(({ name }) => name)).toEqual(
        answers.map((_, index) => `${MARKERS[index % 2 === 0 ? BERLIN : YORK]}, connection ${connection}.${index}`),
      );
    }
    for (const tenant of [BERLIN, YORK]) {
      const stored = (await listAll(atrium, tenant, '/campaign-events?name=connection')).map(({ name }) => name);
      const sent = connections.flat().filter(({ name }) => name.startsWith(MARKERS[tenant] ?? '-'));
      expect(stored.toSorted()).toEqual(sent.map(({ name }) => name).toSorted());
    }
  });
});

function methodOf(key: string): string {
  return key.split(' ')[0] ?? '';
}

/** Twenty POSTs down one connection, by turns of either shopping centre, each sent before the last is answered. */
async function alternate(url: string, label: string, pieceBytes: number): Promise<Body[]> {
  const requests = Array.from({ length: 20 }, (_, index) => {
    const tenant = index % 2 === 0 ? BERLIN : YORK;
    const body = JSON.stringify({ ...NOVEMBER, name: `${MARKERS[tenant]}, ${label}.${index}` });
    const headers = {
      host: 'x',
      ...callerHeaders(tenant),
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      connection: index === 19 ? 'close' : 'keep-alive',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return `POST /campaign-events HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
  });
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setNoDelay();
  await once(socket, 'connect');
  const answered = text(socket);
  const bytes = Buffer.from(requests.join(''));
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    socket.write(bytes.subarray(at, at + pieceBytes));
    await nextTurn();
  }
  return (await answered)
    .split(/HTTP\/1\.1 (?=\d{3} )/)
    .slice(1)
    .map((answer) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as Body);
}

function allOf({ body, headers }: { body: unknown; headers: Headers }): string {
  return JSON.stringify([body, [...headers]]);
}

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { JWTPayload } from 'jose';
import { type Answer, type Atrium, type Body, NOBODY, signToken, startAtrium, TENANTS } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';
import { createEvent, everything, listChanges } from '../support/rows.js';

const [BERLIN = '', YORK = ''] = TENANTS.map(({ id }) => id);
const SUSPENDED = 'quiet-mall';
const EVENT = { name: 'First days', startDate: '2030/11/22 09:00', endDate: '2030/11/23 20:00' };
const LAST = { name: 'Last days', startDate: '2030/11/28 09:00', endDate: '2030/11/30 20:00' };
const CAMPAIGN = {
  name: 'Black Friday',
  startDate: '2030/11/22 09:00',
  endDate: '2030/11/30 20:00',
  visibleFrom: '2030-11-15T08:00',
  events: [EVENT, LAST],
};

interface Result {
  tenant: string;
  status: string;
  id?: number;
  problem?: { code: string; detail: string; errors?: { pointer: string }[] };
}

interface Report {
  key: string;
  results: Result[];
}

const ADMIN = await tokenOf({ roles: ['platform-admin'] });
const EVERYWHERE = await tokenOf({ roles: ['editor'], tenants: ['*'] });
const IN_BOTH = await tokenOf({ roles: ['editor'], tenants: [BERLIN, YORK] });
const IN_BERLIN = await tokenOf({ roles: ['editor'], tenants: [BERLIN] });

let atrium: Atrium;
let keys = 0;
let key: string;
beforeAll(async () => {
  const quiet = { id: SUSPENDED, name: 'Quiet Mall', timeZone: 'UTC' };
  atrium = await startAtrium({ TENANTS: JSON.stringify([...TENANTS, quiet]) });
  await atrium.call(NOBODY, 'PATCH', `/tenants/${SUSPENDED}`, { status: 'suspended' }, ADMIN);
});
afterAll(() => atrium.close());
beforeEach(() => {
  key = `rollout ${++keys}/ü`;
});

describe('a rollout', () => {
  it('plans a campaign in each centre at its own local time, in one change each', async () => {
    const { status, body } = await send({ tenants: [BERLIN, YORK] });
    expect([status, body]).toEqual([
      200,
      { key, results: [BERLIN, YORK].map((tenant) => ({ tenant, status: 'created', id: expect.any(Number) })) },
    ]);
    for (const [tenant, start, first, seen] of [
      [BERLIN, '2030-11-22T08:00:00.000Z', '2030-11-23T19:00:59.999Z', '2030-11-15T07:00:00.000Z'],
      [YORK, '2030-11-22T14:00:00.000Z', '2030-11-24T01:00:59.999Z', '2030-11-15T13:00:00.000Z'],
    ] as const) {
      const { campaign, events } = await planned(tenant, body);
      expect(campaign).toMatchObject({
        name: 'Black Friday',
        startDate: start,
        visibleFrom: seen,
        status: 'published',
      });
      expect(events).toMatchObject([{ name: 'First days', endDate: first }, { name: 'Last days' }]);
      expect((await listChanges(atrium, tenant)).at(-1)).toMatchObject({
        action: 'rollout',
        actor: 'tester',
        resource: 'campaign',
        resourceId: campaign.id,
        before: null,
        after: { ...campaign, events },
      });
    }
  });

  it('is kept with its last results, and shown by its key and among the latest', async () => {
    const { body } = await send({ tenants: [YORK, BERLIN, 'nowhere'] });
    const found = await read(`/rollouts/${encodeURIComponent(key)}`);
    expect(found.status).toBe(200);
    expect(byTenant(found.body)).toEqual(byTenant(body));
    const { body: all } = await read<Report[]>('/rollouts');
    expect(byTenant(all[0]!)).toEqual(byTenant(body));
    expectProblem(await read('/rollouts/none'), 404, 'not-found');
  });

  it('leaves everything as it is when it is sent again unchanged', async () => {
    const first = await send({ tenants: [BERLIN, YORK] });
    const before = await everything(atrium, BERLIN);
    const again = await send({ tenants: [BERLIN, YORK] });
    expect(again.body.results).toEqual(first.body.results.map((result) => ({ ...result, status: 'unchanged' })));
    expect(await everything(atrium, BERLIN)).toEqual(before);
  });

  it('brings a correction, its events matched by place, and keeps their ids', async () => {
    const first = await send({ tenants: [BERLIN] });
    const { events: before } = await planned(BERLIN, first.body);
    const corrected = { ...CAMPAIGN, name: 'Black Week', events: [{ ...EVENT, name: 'Opening' }, LAST, EVENT] };
    const second = await send({ tenants: [BERLIN], campaign: corrected });
    expect(second.body.results).toEqual([{ ...first.body.results[0], status: 'updated' }]);
    const { campaign, events } = await planned(BERLIN, second.body);
    expect(campaign.name).toBe('Black Week');
    expect(byId(events).map(({ id, name }) => [id, name])).toEqual([
      [before[0]?.id, 'Opening'],
      [before[1]?.id, 'Last days'],
      [expect.any(Number), 'First days'],
    ]);
    expect(byId(events)[1]).toEqual(before[1]); // not written
    expect((await listChanges(atrium, BERLIN)).at(-1)).toMatchObject({
      action: 'rollout',
      before: { name: 'Black Friday', events: [{ name: 'First days' }] },
      after: { name: 'Black Week', events: [{ name: 'Opening' }, { name: 'First days' }] },
    });

    const fewer = await send({ tenants: [BERLIN], campaign: { ...corrected, events: [EVENT] } });
    expect(fewer.body.results[0]?.status).toBe('updated');
    const after = await planned(BERLIN, fewer.body);
    expect(after.events.map(({ id, name }) => [id, name])).toEqual([[before[0]?.id, 'First days']]);
  });

  it('publishes nothing by leaving out the status', async () => {
    await send({ tenants: [BERLIN], campaign: { ...CAMPAIGN, status: 'draft' } });
    const { body } = await send({ tenants: [BERLIN], campaign: { ...CAMPAIGN, name: 'Corrected' } });
    expect((await planned(BERLIN, body)).campaign).toMatchObject({ name: 'Corrected', status: 'draft' });
  });

  it('reaches a centre that it did not reach before', async () => {
    await send({ tenants: [BERLIN] });
    const { body } = await send({ tenants: [BERLIN, YORK] });
    expect(body.results.map(({ status }) => status)).toEqual(['unchanged', 'created']);
  });

  it.each<[string, (campaign: Body, events: Body[]) => Promise<unknown>]>([
    ['the campaign', ({ id }) => write('PATCH', `/campaign-events/${id}`, { location: 'Level 1' })],
    ['an event', (_, [first]) => write('PATCH', `/events/${first?.id}`, { location: 'Level 1' })],
    ['the deletion of an event', (_, [first]) => write('DELETE', `/events/${first?.id}`)],
    ['the deletion of the campaign', ({ id }) => write('DELETE', `/campaign-events/${id}`)],
    [
      'another event',
      ({ id }) =>
        createEvent(atrium, BERLIN, { campaignEventId: id, startDate: EVENT.startDate, endDate: EVENT.endDate }),
    ],
  ])('leaves and names what somebody has edited since: %s', async (_, edit) => {
    const first = await send({ tenants: [BERLIN, YORK] });
    const { campaign, events } = await planned(BERLIN, first.body);
    await edit(campaign, events);
    const before = await everything(atrium, BERLIN);
    const again = await send({ tenants: [BERLIN, YORK], campaign: { ...CAMPAIGN, name: 'Corrected' } });
    expect(again.body.results).toEqual([
      { tenant: BERLIN, status: 'edited-locally', id: campaign.id },
      { ...first.body.results[1], status: 'updated' },
    ]);
    expect(await everything(atrium, BERLIN)).toEqual(before);
  });

  it('fails where a centre is suspended or unknown, and nowhere else', async () => {
    const { status, body } = await send({ tenants: ['nowhere', SUSPENDED, BERLIN] });
    expect([status, body.results]).toMatchObject([
      200,
      [
        { tenant: 'nowhere', status: 'failed', problem: { code: 'tenant-unknown', status: 404 } },
        { tenant: SUSPENDED, status: 'failed', problem: { code: 'tenant-suspended', status: 403 } },
        { tenant: BERLIN, status: 'created' },
      ],
    ]);
    const all = await send({ tenants: 'all' });
    expect(all.body.results.map(({ tenant }) => tenant).toSorted()).toEqual([BERLIN, SUSPENDED, YORK].toSorted());
  });

  it.each<[object, string]>([
    [{ key: '' }, '#/key'],
    [{ key: 'x'.repeat(101) }, '#/key'],
    [{ tenants: [] }, '#/tenants'],
    [{ tenants: 'some' }, '#/tenants'],
    [{ tenants: ['NO'] }, '#/tenants'],
    [{ campaign: 'sale' }, '#/campaign'],
    [{ campaign: { ...CAMPAIGN, name: ' ' } }, '#/campaign/name'],
    [{ campaign: { ...CAMPAIGN, colour: 'red' } }, '#/campaign/colour'],
    [{ campaign: { ...CAMPAIGN, startDate: '2030-11-22T09:00:00Z' } }, '#/campaign/startDate'],
    [{ campaign: { ...CAMPAIGN, visibleFrom: '2030-11-15T09:00+01:00' } }, '#/campaign/visibleFrom'],
    [
      { campaign: { ...CAMPAIGN, events: [EVENT, { ...LAST, endDate: '2030-11-30T09:00:00Z' }] } },
      '#/campaign/events/1/endDate',
    ],
    [{ campaign: { ...CAMPAIGN, events: [{ ...EVENT, endDate: '2030/12/01 09:00' }] } }, '#/campaign/events/0/endDate'],
    [{ campaign: { ...CAMPAIGN, endDate: '2030/11/01 09:00' } }, '#/campaign/endDate'],
    [{ campaign: { ...CAMPAIGN, events: [null] } }, '#/campaign/events'],
    [{ campaign: { ...CAMPAIGN, events: 'none' } }, '#/campaign/events'],
    [{ unknown: 1 }, '#/unknown'],
  ])('is refused of %j, and nothing of it is kept', async (body, pointer) => {
    const before = await everything(atrium, BERLIN);
    const answer = await send({ tenants: [BERLIN], ...body });
    expectProblem(answer, 422, 'fields-invalid');
    expect((answer.body as unknown as Body).errors[0]?.pointer).toBe(pointer);
    expect(await everything(atrium, BERLIN)).toEqual(before);
    expect((await read(`/rollouts/${encodeURIComponent(key)}`)).status).toBe(404);
  });

  it('is for admins of the platform, and for editors whose token names every centre concerned', async () => {
    const both = { tenants: [BERLIN, YORK] };
    for (const [caller, status] of [
      [{ authorization: '' }, 401],
      [await tokenOf({ roles: ['reader'], tenants: ['*'] }), 403],
      [await tokenOf({ roles: ['reader', 'editor'], tenants: [YORK] }), 403],
      [IN_BERLIN, 403],
    ] as const)
      expectProblem(await send(both, caller), status);
    const before = await listChanges(atrium, YORK);
    for (const caller of [ADMIN, EVERYWHERE, IN_BOTH]) expect((await send(both, caller)).status).toBe(200);
    expect((await listChanges(atrium, YORK)).length).toBe(before.length + 1);
    expectProblem(await send({ tenants: 'all' }, IN_BOTH), 403, 'tenant-forbidden');
    // The key is for both already: nobody of one alone sees it, uses it, or learns of it in the list.
    const path = `/rollouts/${encodeURIComponent(key)}`;
    expect([(await read(path, IN_BOTH)).status, (await read(path, IN_BERLIN)).status]).toEqual([200, 403]);
    expectProblem(await send({ tenants: [BERLIN] }, IN_BERLIN), 403, 'tenant-forbidden');
    const { body: all } = await read<Report[]>('/rollouts', IN_BERLIN);
    expect(all.filter(({ results }) => results.some(({ tenant }) => tenant !== BERLIN))).toEqual([]);
  });

  it('loses nothing, in whatever order it is repeated and its campaigns are edited', async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('send' as const),
        name: fc.constantFrom('One', 'Two'),
        events: fc.subarray([EVENT, LAST, { ...EVENT, name: 'Again' }]),
        tenants: fc.constantFrom([BERLIN], [YORK], [BERLIN, YORK]),
      }),
      fc.record({
        kind: fc.constant('edit' as const),
        tenant: fc.constantFrom(BERLIN, YORK),
        what: fc.constantFrom('campaign', 'event', 'delete an event', 'delete'),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (steps) => {
        key = `property ${++keys}`;
        const expected = new Map<string, Expected>();
        for (const one of steps) {
          await (one.kind === 'send' ? sendAndExpect(one, expected) : editOne(one, expected));
          await expectPlans(expected);
        }
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});

/** What a centre should have: what was sent last before somebody edited it, or what it was edited to. */
interface Expected {
  sent: string;
  id: number;
  edited?: string;
}

interface Sent {
  name: string;
  events: (typeof EVENT)[];
  tenants: readonly string[];
}

async function sendAndExpect({ name, events, tenants }: Sent, expected: Map<string, Expected>): Promise<void> {
  const { body } = await send({ tenants, campaign: { ...CAMPAIGN, name, events } });
  const sent = JSON.stringify([name, events.map((event) => event.name)]);
  for (const { tenant, status, id = -1 } of body.results) {
    const known = expected.get(tenant);
    const isEdited = known?.edited !== undefined;
    const changed = known?.sent === sent ? 'unchanged' : 'updated';
    expect([tenant, status]).toEqual([tenant, !known ? 'created' : isEdited ? 'edited-locally' : changed]);
    expect(id).toBe(known?.id ?? id);
    if (!isEdited) expected.set(tenant, { sent, id });
  }
}

async function editOne({ tenant, what }: { tenant: string; what: string }, expected: Map<string, Expected>) {
  const known = expected.get(tenant);
  if (!known) return;
  await edit(tenant, known.id, what);
  known.edited = await contentOf(tenant, known.id);
}

async function expectPlans(expected: Map<string, Expected>): Promise<void> {
  for (const [tenant, { sent, id, edited }] of expected) {
    const content = await contentOf(tenant, id);
    expect([tenant, edited === undefined ? namesIn(content) : content]).toEqual([tenant, edited ?? sent]);
  }
}

async function edit(tenant: string, id: number, what: string): Promise<void> {
  const { body: events } = await atrium.call<Body[]>(tenant, 'GET', `/campaign-events/${id}/events`);
  const event = Array.isArray(events) ? events[0] : undefined;
  if (what === 'delete') await atrium.call(tenant, 'DELETE', `/campaign-events/${id}`);
  else if (what === 'campaign' || !event)
    await atrium.call(tenant, 'PATCH', `/campaign-events/${id}`, { name: 'Mine' });
  else if (what === 'event') await atrium.call(tenant, 'PATCH', `/events/${event.id}`, { name: 'Mine' });
  else await atrium.call(tenant, 'DELETE', `/events/${event.id}`);
}

/** The campaign with its events, or that it is not there. */
async function contentOf(tenant: string, id: number): Promise<string> {
  const [{ body: campaign }, { body: events }] = await Promise.all([
    atrium.call(tenant, 'GET', `/campaign-events/${id}`),
    atrium.call<Body[]>(tenant, 'GET', `/campaign-events/${id}/events`),
  ]);
  return Array.isArray(events) ? JSON.stringify({ campaign, events: byId(events) }) : 'gone';
}

function namesIn(content: string): string {
  const { campaign, events } = JSON.parse(content) as { campaign: Body; events: Body[] };
  return JSON.stringify([campaign.name, events.map(({ name }) => name)]);
}

async function tokenOf(claims: JWTPayload): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await signToken(claims)}` };
}

function send(fields: object, caller: Record<string, string> = EVERYWHERE): Promise<Answer<Report>> {
  return atrium.call<Report>(NOBODY, 'POST', '/rollouts', { key, campaign: CAMPAIGN, ...fields }, caller);
}

function read<T = Report>(path: string, caller: Record<string, string> = EVERYWHERE): Promise<Answer<T>> {
  return atrium.call<T>(NOBODY, 'GET', path, undefined, caller);
}

function write(method: string, path: string, body?: object): Promise<Answer> {
  return atrium.call(BERLIN, method, path, body);
}

async function planned(tenant: string, { results }: Report): Promise<{ campaign: Body; events: Body[] }> {
  const path = `/campaign-events/${results.find((result) => result.tenant === tenant)?.id}`;
  const { body: campaign } = await atrium.call(tenant, 'GET', path);
  return { campaign, events: (await atrium.call<Body[]>(tenant, 'GET', `${path}/events`)).body };
}

function byId(events: readonly Body[]): Body[] {
  return events.toSorted((one, other) => one.id - other.id);
}

function byTenant({ key, results }: Report): Report {
  return { key, results: results.toSorted((one, other) => (one.tenant < other.tenant ? -1 : 1)) };
}

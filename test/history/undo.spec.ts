import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, type Atrium, type Body, NOBODY, signToken, startAtrium } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';
import { createCampaign, createEvent, everything, listAll, listChanges, withoutUpdate } from '../support/rows.js';

const MALL = 'berlin-mall';

const EVERYWHERE = { authorization: `Bearer ${await signToken({ roles: ['editor'], tenants: ['*'] })}` };

interface Undone {
  revision: number;
  resource: string;
  resourceId: number;
  row: Body | null;
}

let atrium: Atrium;
beforeEach(async () => {
  atrium = await startAtrium();
});
afterEach(() => atrium.close());

const send = (method: string, path: string, body?: object, headers?: Record<string, string>) =>
  atrium.call(MALL, method, path, body, headers);
const undo = (revision: number, headers?: Record<string, string>) =>
  atrium.call<Undone>(MALL, 'POST', `/changes/${revision}/undo`, undefined, headers);

/** The rows of both kinds but for the instant of their last write. */
async function rows() {
  const { campaigns, events } = await everything(atrium, MALL);
  return { campaigns: withoutUpdate(campaigns), events: withoutUpdate(events) };
}

async function revision(): Promise<number> {
  return (await listChanges(atrium, MALL)).length;
}

function expectConflict(answer: Answer<unknown>, later: number, ...pointers: string[]): void {
  const problem = expectProblem(answer, 409, 'undo-conflict');
  expect(problem.revision).toBe(later);
  expect((problem.errors ?? []).map(({ pointer }) => pointer)).toEqual(pointers);
}

/** Every kind of change: what is done before, what is done and taken back. */
const CHANGES: Record<string, { before?: () => Promise<unknown>; change: () => Promise<unknown> }> = {
  'the creation of a campaign': { change: () => createCampaign(atrium, MALL) },
  'the creation of a campaign with events': {
    change: () => createCampaign(atrium, MALL, { events: [PART, { ...PART, name: 'Second' }] }),
  },
  'a PUT of a campaign': {
    before: () => createCampaign(atrium, MALL, { description: 'Text', tags: ['a'] }),
    change: () => send('PUT', '/campaign-events/0', { ...PART, name: 'Replaced' }),
  },
  'a PATCH of a campaign': {
    before: () => createCampaign(atrium, MALL, { translations: { de: { name: 'Freitag' } } }),
    change: () => send('PATCH', '/campaign-events/0', { translations: { de: null, nl: { name: 'Vrijdag' } } }),
  },
  'the move of a campaign with its events': {
    before: () => createCampaign(atrium, MALL, { events: [PART] }),
    change: () =>
      send('PATCH', '/campaign-events/0?events=shift', {
        startDate: '2027-11-01T00:00:00Z',
        endDate: '2027-11-30T00:00:00Z',
      }),
  },
  'the shortening of a campaign that trims its events': {
    before: () => createCampaign(atrium, MALL, { events: [PART, { ...PART, startDate: '2026-11-12T00:00:00.000Z' }] }),
    change: () => send('PATCH', '/campaign-events/0?events=trim', { endDate: '2026-11-10T00:00:00Z' }),
  },
  'a PUT of an event': {
    before: () => createCampaign(atrium, MALL, { events: [{ ...PART, tags: ['a'], location: 'Here' }] }),
    change: () => send('PUT', '/events/0', { ...PART, campaignEventId: 0, name: 'Replaced' }),
  },
  'the restoring of an event': {
    before: async () => {
      await createCampaign(atrium, MALL, { events: [PART, PART] });
      await send('DELETE', '/events/1');
    },
    change: () => send('POST', '/events/1/restore'),
  },
  'a rollout': { change: () => rollOut([LOCAL]) },
  'a rollout that changes, adds and removes events': {
    before: () => rollOut([LOCAL, { ...LOCAL, name: 'Goes' }]),
    change: () => rollOut([{ ...LOCAL, name: 'Changed' }]),
  },
  'the deletion of a campaign': {
    before: () => createCampaign(atrium, MALL, { events: [PART, PART] }),
    change: () => send('DELETE', '/campaign-events/0'),
  },
  'the restoring of a campaign': {
    before: async () => {
      await createCampaign(atrium, MALL, { events: [PART] });
      await send('DELETE', '/campaign-events/0');
    },
    change: () => send('POST', '/campaign-events/0/restore'),
  },
  'the copy of a campaign': {
    before: () => createCampaign(atrium, MALL, { events: [PART] }),
    change: () => send('POST', '/campaign-events/0/copies', { startDate: '2027-11-01T00:00:00Z' }),
  },
  'the creation of an event': {
    before: () => createCampaign(atrium, MALL),
    change: () => createEvent(atrium, MALL, { campaignEventId: 0 }),
  },
  'the move of an event to another campaign': {
    before: async () => {
      await createCampaign(atrium, MALL, { events: [PART] });
      await createCampaign(atrium, MALL);
    },
    change: () => send('PATCH', '/events/0', { campaignEventId: 1 }),
  },
  'the deletion of an event': {
    before: () => createCampaign(atrium, MALL, { events: [PART] }),
    change: () => send('DELETE', '/events/0'),
  },
  'an import of new and changed rows': {
    before: () => createCampaign(atrium, MALL, { events: [PART] }),
    change: () =>
      importTable(
        'id;name;startDate;endDate;campaign',
        '0;Renamed;;;',
        ';New;2026-11-02T09:00;2026-11-20T18:00;',
        ';Part of it;2026-11-03T09:00;2026-11-04T18:00;New',
      ),
  },
};
const PART = { name: 'Part', startDate: '2026-11-08T00:00:00.000Z', endDate: '2026-11-14T00:00:00.000Z' };

const LOCAL = { name: 'Part', startDate: '2026-11-08T00:00', endDate: '2026-11-14T00:00' };

async function rollOut(events: object[]): Promise<void> {
  const campaign = { ...LOCAL, name: 'Everywhere', events };
  const { status, body } = await atrium.call(
    NOBODY,
    'POST',
    '/rollouts',
    { key: 'key', tenants: [MALL], campaign },
    EVERYWHERE,
  );
  if (status !== 200 || !/created|updated/.test(JSON.stringify(body))) throw new Error(JSON.stringify(body));
}

async function importTable(...lines: string[]): Promise<void> {
  const answer = await atrium.call(MALL, 'POST', '/imports', lines.join('\n'), { 'content-type': 'text/csv' });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
}

describe('undo', () => {
  it.each(Object.keys(CHANGES))('takes %s back, and the undo of that does it again', async (name) => {
    const { before, change } = CHANGES[name] ?? { change: () => Promise.reject(new Error(name)) };
    await before?.();
    const rowsBefore = await rows();
    await change();
    const rowsAfter = await rows();
    expect(rowsAfter).not.toEqual(rowsBefore);
    const changed = await revision();

    const undone = await undo(changed);
    expect([undone.status, undone.body.revision]).toEqual([200, changed + 1]);
    expect(await rows()).toEqual(rowsBefore);
    const redone = await undo(changed + 1);
    expect([redone.status, redone.body.revision]).toEqual([200, changed + 2]);
    expect(await rows()).toEqual(rowsAfter);
    expect((await undo(changed + 2)).status).toBe(200);
    expect(await rows()).toEqual(rowsBefore);

    const changes = await listChanges(atrium, MALL);
    const [original, ...undos] = changes.slice(changed - 1);
    expect(undos.map(({ action, undoes }) => [action, undoes])).toEqual(
      [0, 1, 2].map((index) => ['undo', changed + index]),
    );
    expect(original).not.toHaveProperty('undoes');
    for (const { resource, resourceId } of undos)
      expect([resource, resourceId]).toEqual([original?.resource, original?.resourceId]);
  });

  it('answers with the row as it is now, and tells it in the changes', async () => {
    const made = await createCampaign(atrium, MALL);
    await send('PATCH', `/campaign-events/${made.id}`, { name: 'Mistake' });
    const { body } = await undo(2);
    expect(body).toEqual({ revision: 3, resource: 'campaign', resourceId: made.id, row: body.row });
    expect(body.row).toEqual({ ...made, updatedOn: body.row?.updatedOn });
    expect((await send('GET', `/campaign-events/${made.id}`)).body).toEqual(body.row);
    const [, second, third] = await listChanges(atrium, MALL);
    expect(third).toMatchObject({ action: 'undo', undoes: 2, before: second?.after, after: body.row });
  });

  it('of a creation answers without a row, and the row can be restored', async () => {
    const { id } = await createCampaign(atrium, MALL, { events: [PART] });
    expect((await undo(1)).body).toMatchObject({ revision: 2, resource: 'campaign', resourceId: id, row: null });
    expect((await send('POST', `/campaign-events/${id}/restore`)).body).toMatchObject({ id, events: [{ id: 0 }] });
  });

  it('brings an event back outside of its campaign: it was valid then', async () => {
    const { id: campaignEventId } = await createCampaign(atrium, MALL);
    const event = await createEvent(atrium, MALL, { campaignEventId });
    await send('DELETE', `/events/${event.id}`);
    await send('PATCH', `/campaign-events/${campaignEventId}`, { endDate: '2026-11-02T00:00:00Z' });
    expect((await undo(3)).body.row).toMatchObject({ id: event.id, endDate: event.endDate });
  });
});

describe('undo is refused', () => {
  it.each(['0', '2', '2147483647'])('for a change that is not there: %s', async (unknown) => {
    await createCampaign(atrium, MALL);
    expectProblem(await undo(Number(unknown)), 404, 'not-found');
    expect(await revision()).toBe(1);
  });

  it.each(['-1', '1.5', 'x', '2147483648'])('for what is no revision: %s', async (text) => {
    const answer = await send('POST', `/changes/${text}/undo`);
    expect(expectProblem(answer, 400, 'id-malformed').detail).toContain('A revision is');
  });

  it('for a change that was taken back already, naming the undo', async () => {
    await createCampaign(atrium, MALL);
    await send('PATCH', '/campaign-events/0', { name: 'Second' });
    await undo(2);
    const answer = await undo(2);
    expectConflict(answer, 3);
    expect(answer.body).toMatchObject({ detail: expect.stringContaining('taken back already, by change 3') });
    await undo(3); // it is there again, by change 4
    expectConflict(await undo(2), 4, '#/campaign/0');
  });

  it('when the row was changed since', async () => {
    await createCampaign(atrium, MALL);
    await send('PATCH', '/campaign-events/0', { name: 'Second' });
    await send('PATCH', '/campaign-events/0', { name: 'Third' });
    expectConflict(await undo(1), 3, '#/campaign/0');
    expectConflict(await undo(2), 3, '#/campaign/0');
    expect((await send('GET', '/campaign-events/0')).body.name).toBe('Third');
    expect(await revision()).toBe(3);
  });

  it('when the row was deleted since', async () => {
    await createCampaign(atrium, MALL);
    await send('DELETE', '/campaign-events/0');
    expectConflict(await undo(1), 2, '#/campaign/0');
  });

  it('of a deletion, when the row was restored since', async () => {
    await createCampaign(atrium, MALL);
    await send('DELETE', '/campaign-events/0');
    await send('POST', '/campaign-events/0/restore');
    expectConflict(await undo(2), 3, '#/campaign/0');
  });

  it('when an event of the campaign was created, changed or deleted since', async () => {
    await createCampaign(atrium, MALL, { events: [PART] });
    await send('PATCH', '/campaign-events/0', { name: 'Second' });
    await send('PATCH', '/events/0', { name: 'Later' });
    expectConflict(await undo(1), 3, '#/campaign/0', '#/event/0');
    expectConflict(await undo(2), 3, '#/event/0');
    await createEvent(atrium, MALL, { campaignEventId: 0 });
    await send('DELETE', '/events/0');
    expectConflict(await undo(2), 5, '#/event/1', '#/event/0');
    expect(await rows()).toMatchObject({ campaigns: [{ name: 'Second' }], events: [{ id: 1 }] });
  });

  it('whole, when one of the rows of an import was changed since', async () => {
    await importTable(
      'name;startDate;endDate;campaign',
      'One;2026-11-02T09:00;2026-11-20T18:00;',
      'Two;2026-11-02T09:00;2026-11-20T18:00;',
    );
    await send('PATCH', '/campaign-events/1', { name: 'Edited' });
    expectConflict(await undo(1), 2, '#/campaign/1');
    expect((await listAll(atrium, MALL, '/campaign-events')).map(({ name }) => name)).toEqual(['One', 'Edited']);
  });

  it('when the campaign that an event would come back to is deleted', async () => {
    await createCampaign(atrium, MALL, { events: [PART] });
    await createCampaign(atrium, MALL);
    await send('DELETE', '/events/0');
    await send('DELETE', '/campaign-events/0');
    expectConflict(await undo(3), 4, '#/campaign/0');
  });

  it('of a webhook, whose secret the changes do not have, with what to do instead', async () => {
    const { body } = await send('POST', '/webhooks', { url: 'https://hooks.example.com/', types: ['*'] });
    await send('PATCH', `/webhooks/${body.id}`, { active: false });
    await send('DELETE', `/webhooks/${body.id}`);
    for (const [number, words] of [
      [1, 'DELETE /webhooks/'],
      [2, 'PATCH /webhooks/'],
      [3, 'POST /webhooks'],
    ] as const)
      expect(expectProblem(await undo(number), 409, 'undo-impossible').detail).toContain(words);
    expect(await revision()).toBe(3);
  });

  it('to readers and to nobody', async () => {
    await createCampaign(atrium, MALL);
    const reader = `Bearer ${await signToken({ roles: ['reader'], tenants: [MALL] })}`;
    expectProblem(await undo(1, { authorization: reader }), 403, 'role-required');
    expectProblem(await undo(1, { authorization: '' }), 401, 'token-required');
  });
});

describe('undo under an Idempotency-Key', () => {
  it('is done once', async () => {
    await createCampaign(atrium, MALL);
    const headers = { 'idempotency-key': 'once' };
    const first = await undo(1, headers);
    expect((await undo(1, headers)).body).toEqual(first.body);
    expect(await revision()).toBe(2);
  });
});

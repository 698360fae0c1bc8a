import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, type Body, startAtrium, withQuery } from '../support/atrium.js';
import { createDatabase, execute, testServer } from '../support/database.js';
import { expectProblem } from '../support/problem.js';
import { createCampaign, createEvent, listAll } from '../support/rows.js';

const MALL = 'berlin-mall';
const OTHER = 'york-plaza';
const PATHS = ['/campaign-events', '/events'];

// Names and dates that repeat, in no order of their own.
const ROWS = [
  ['delta', '2026-11-03T00:00:00.000Z', '2026-11-20T00:00:00.000Z'],
  ['alpha', '2026-11-05T00:00:00.000Z', '2026-11-06T00:00:00.000Z'],
  ['charlie', '2026-11-03T00:00:00.000Z', '2026-11-04T00:00:00.001Z'],
  ['alpha', '2026-11-01T00:00:00.000Z', '2026-11-20T00:00:00.000Z'],
  ['bravo', '2026-11-03T00:00:00.000Z', '2026-11-04T00:00:00.000Z'],
  ['alpha', '2026-11-05T00:00:00.000Z', '2026-11-20T00:00:00.000Z'],
  ['echo', '2026-11-02T00:00:00.000Z', '2026-11-04T00:00:00.000Z'],
] as const;

let atrium: Atrium;
let rows: Record<string, Body[]>;
beforeAll(async () => {
  atrium = await startAtrium();
  rows = { '/campaign-events': [], '/events': [] };
  for (const [name, startDate, endDate] of ROWS)
    rows['/campaign-events']?.push(await createCampaign(atrium, MALL, { name, startDate, endDate }));
  for (const [campaignEventId, [name, startDate, endDate]] of ROWS.entries())
    rows['/events']?.push(await createEvent(atrium, MALL, { name, startDate, endDate, campaignEventId }));
});
afterAll(() => atrium.close());

function page(path: string, parameters: Record<string, string>, tenant = MALL) {
  return atrium.call(tenant, 'GET', withQuery(path, parameters));
}

function sorted(path: string, field: 'id' | 'name' | 'startDate' | 'endDate'): Body[] {
  return (rows[path] ?? []).toSorted((a, b) => (a[field] < b[field] ? -1 : a[field] > b[field] ? 1 : a.id - b.id));
}

describe.each(PATHS)('the pages of %s', (path) => {
  it.each(['id', 'name', 'startDate', 'endDate'] as const)(
    'come in the order of %s, both ways, each row once',
    async (field) => {
      for (const limit of [1, 2, 3, 7, 200]) {
        expect(await listAll(atrium, MALL, `${path}?sort=${field}`, limit)).toEqual(sorted(path, field));
        expect(await listAll(atrium, MALL, `${path}?sort=-${field}`, limit)).toEqual(sorted(path, field).toReversed());
      }
    },
  );

  it('come by id, 50 at a time, when nothing is said', async () => {
    const { status, body } = await page(path, {});
    expect([status, body]).toEqual([200, { items: rows[path], next: null }]);
  });

  it('hold `limit` rows, and end with next = null even when the last is full', async () => {
    const first = await page(path, { limit: '4' });
    expect(first.body.items).toEqual(rows[path]?.slice(0, 4));
    const second = await page(path, { limit: '3', after: String(first.body.next) });
    expect(second.body).toEqual({ items: rows[path]?.slice(4), next: null });
  });

  it('go on behind id 0', async () => {
    const first = await page(path, { limit: '1' });
    expect(first.body.items.map(({ id }) => id)).toEqual([0]);
    const second = await page(path, { limit: '1', after: String(first.body.next) });
    expect(second.body.items.map(({ id }) => id)).toEqual([1]);
  });

  it.each([
    ['starts and ends in it', '2026-11-05T00:00:00Z', '2026-11-06T00:00:00Z', [0, 1, 3, 5]],
    ['touches its first instant', '2026-11-04T00:00:00.001Z', undefined, [0, 1, 2, 3, 5]],
    ['ended a millisecond before it', '2026-11-04T00:00:00.002Z', undefined, [0, 1, 3, 5]],
    ['touches its last instant', undefined, '2026-11-02T00:00:00Z', [3, 6]],
    ['starts a millisecond after it', undefined, '2026-11-01T23:59:59.999Z', [3]],
    ['lasts longer on both sides', '2026-11-10T00:00:00Z', '2026-11-11T00:00:00Z', [0, 3, 5]],
  ])('overlap the period from-to: what %s', async (_, from, to, ids) => {
    const { body } = await page(path, { ...(from && { from }), ...(to && { to }) });
    expect(body.items.map(({ id }) => id)).toEqual(ids);
  });

  it('take no period that ends before it starts, and name both of its ends', async () => {
    const at = '2026-11-05T00:00:00.000Z';
    expect((await page(path, { from: at, to: at })).status).toBe(200);
    const answer = await page(path, { from: '2026-11-05T00:00:00.001Z', to: at });
    const { errors } = expectProblem(answer, 400, 'query-invalid');
    expect(errors.map(({ pointer }) => pointer)).toEqual(['#/from', '#/to']);
  });

  it('take filters, sort and cursor together', async () => {
    const query = withQuery(path, { name: 'ALPHA', sort: '-startDate', to: '2026-11-05T00:00:00Z' });
    expect((await listAll(atrium, MALL, query, 1)).map(({ id }) => id)).toEqual([5, 1, 3]);
  });

  it('find a name however its letters are put together', async () => {
    const other = await startAtrium();
    try {
      const { id } = await createCampaign(other, MALL, { name: 'Cafe\u0301 A\u030A' });
      await createEvent(other, MALL, { name: 'Cafe\u0301 \u212B', campaignEventId: id });
      for (const name of ['Caf\u00E9', 'cafe\u0301', 'CAF\u00C9 \u00C5', '\u212B', 'a\u030A']) {
        const { body } = await other.call(MALL, 'GET', withQuery(path, { name }));
        expect([name, body.items.map((row) => row.name)]).toEqual([name, ['Caf\u00E9 \u00C5']]);
      }
    } finally {
      await other.close();
    }
  });

  it('find a name that was stored decomposed before', async () => {
    const database = await createDatabase();
    try {
      const first = await startAtrium({ DATABASE_URL: database.url });
      const { id } = await createCampaign(first, MALL, { name: 'x' });
      await createEvent(first, MALL, { name: 'x', campaignEventId: id });
      await first.close();
      const name = testServer() ? "N'Cafe\u0301'" : "'Cafe\u0301'";
      for (const table of ['EventCampaigns', 'Events'])
        await execute(database, 'tenant_berlin_mall', `UPDATE "tenant_berlin_mall"."${table}" SET "Name" = ${name}`);
      const second = await startAtrium({ DATABASE_URL: database.url });
      for (const name of ['Caf\u00E9', 'cafe\u0301', 'CAF\u00C9'])
        expect((await second.call(MALL, 'GET', withQuery(path, { name }))).body.items).toHaveLength(1);
      await second.close();
    } finally {
      await database.remove();
    }
  });

  it('refuse a cursor made for another sort', async () => {
    const { body } = await page(path, { limit: '2', sort: 'name' });
    for (const sort of ['-name', 'id', 'startDate']) {
      expectProblem(await page(path, { sort, after: String(body.next) }), 400, 'cursor-invalid');
    }
  });

  it('refuse a cursor made for the other list', async () => {
    const other = PATHS.find((one) => one !== path) ?? '';
    for (const sort of ['id', 'name', '-startDate']) {
      const { body } = await page(other, { limit: '2', sort });
      expectProblem(await page(path, { sort, after: String(body.next) }), 400, 'cursor-invalid');
    }
  });

  it('refuse a cursor made with other filters', async () => {
    const FILTERS: Record<string, string>[] = [
      {},
      { name: 'a' },
      { name: 'A' },
      { name: 'al' },
      { from: '2026-11-01T00:00:00Z' },
      { from: '2026-11-02T00:00:00Z' },
      { to: '2026-11-30T00:00:00Z' },
      { from: '2026-11-01T00:00:00Z', to: '2026-11-30T00:00:00Z' },
      { state: 'upcoming' },
    ];
    atrium.clock.setMs = Date.parse('2026-10-01T00:00:00Z');
    for (const made of FILTERS) {
      const { body } = await page(path, { ...made, limit: '1' });
      for (const asked of FILTERS) {
        const { status } = await page(path, { ...asked, after: String(body.next) });
        expect([made, asked, status]).toEqual([made, asked, asked === made ? 200 : 400]);
      }
    }
    atrium.clock.setMs = undefined;
  });

  it('take a cursor with another limit, the parameters in another order, and a date spelt otherwise', async () => {
    const first = await page(path, { limit: '2', name: 'a', from: '2026-11-02T00:00:00Z', sort: 'name' });
    const from = '2026/11/02 01:00:00'; // the same instant, in Berlin
    const next = await page(path, { sort: 'name', from, name: 'a', limit: '3', after: String(first.body.next) });
    expect(next.body.items).toHaveLength(3);
  });

  it('refuse the cursor of another shopping centre', async () => {
    const { body } = await page(path, { limit: '2' });
    expectProblem(await page(path, { after: String(body.next) }, OTHER), 400, 'cursor-invalid');
  });

  it('refuse a cursor edited by hand, wherever the edit is', async () => {
    const cursor = String((await page(path, { limit: '2', sort: 'name' })).body.next);
    for (let at = 0; at < cursor.length; at++) {
      const letter = cursor[at] === 'B' ? 'C' : 'B';
      const after = cursor.slice(0, at) + letter + cursor.slice(at + 1);
      expectProblem(await page(path, { sort: 'name', after }), 400, 'cursor-invalid');
    }
    const edits = [cursor.slice(0, -1), `${cursor}B`, `${cursor}.x`, `=${cursor}`, `${cursor} `, cursor.toUpperCase()];
    for (const after of [...edits, '', 'abc', '.', '0', '__proto__', '🛒', 'A'.repeat(5_000)]) {
      expectProblem(await page(path, { sort: 'name', after }), 400, 'cursor-invalid');
    }
  });

  it.each([
    ['limit', '0'],
    ['limit', '201'],
    ['limit', '1e9'],
    ['limit', '1000000000'],
    ['limit', '-1'],
    ['limit', '1.5'],
    ['limit', '0x10'],
    ['limit', '007'],
    ['limit', ' 5'],
    ['limit', ''],
    ['limit', 'all'],
    ['sort', 'createdOn'],
    ['sort', '--id'],
    ['sort', 'ID'],
    ['sort', ''],
    ['state', 'past'],
    ['state', ''],
    ['name', ''],
    ['name', 'x'.repeat(501)],
    ['from', 'now'],
    ['to', '2026-11-31T00:00:00Z'],
    ['id', '1'],
    ['filter', 'x'],
    ['__proto__', 'x'],
    ['constructor', 'x'],
    ['prototype', 'x'],
    ['hasOwnProperty', 'x'],
    ['toString', 'x'],
    ['then', 'x'],
    ['limit[]', '5'],
    ['', 'x'],
  ])('refuse the query ?%s=%s', async (name, value) => {
    const problem = expectProblem(await page(path, { [name]: value }), 400, 'query-invalid');
    expect(problem.errors).toEqual([{ pointer: `#/${name}`, detail: expect.any(String) }]);
  });

  it.each([
    'limit=5',
    'sort=id',
    'state=live',
    'name=x',
    'from=2026-11-01T00:00:00Z',
    'to=2026-11-01T00:00:00Z',
    'after=x',
  ])('refuse a parameter sent twice: %s', async (parameter) => {
    expectProblem(await atrium.call(MALL, 'GET', `${path}?${parameter}&${parameter}`), 400, 'query-invalid');
  });
});

describe('pages of events', () => {
  it('hold those of one campaign with campaignEventId, of the first one too', async () => {
    expect((await page('/events', { campaignEventId: '0' })).body.items).toMatchObject([{ id: 0, campaignEventId: 0 }]);
    expect((await page('/events', { campaignEventId: '4' })).body.items).toMatchObject([{ id: 4, campaignEventId: 4 }]);
    expect((await page('/events', { campaignEventId: '2147483647' })).body).toEqual({ items: [], next: null });
  });

  it.each(['abc', '-1', '1e3', '2147483648', '0x10', '007', '', '1&campaignEventId=1'])(
    'refuse campaignEventId=%s',
    async (id) => {
      const problem = expectProblem(
        await atrium.call(MALL, 'GET', `/events?campaignEventId=${id}`),
        400,
        'query-invalid',
      );
      expect(problem.errors.map(({ pointer }) => pointer)).toEqual(['#/campaignEventId']);
    },
  );

  it('refuse a cursor made for another campaign, or for all', async () => {
    const { id } = await createEvent(atrium, MALL, { campaignEventId: 3 });
    const CAMPAIGNS: Record<string, string>[] = [{}, { campaignEventId: '0' }, { campaignEventId: '3' }];
    const { body } = await page('/events', { campaignEventId: '3', limit: '1' });
    const answers = await Promise.all(CAMPAIGNS.map((of) => page('/events', { ...of, after: String(body.next) })));
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 200]);
    await atrium.call(MALL, 'DELETE', `/events/${id}`);
  });

  it('know campaignEventId; pages of campaigns do not', async () => {
    expectProblem(await page('/campaign-events', { campaignEventId: '0' }), 400, 'query-invalid');
  });
});

describe('a page', () => {
  let own: Atrium;
  beforeAll(async () => {
    own = await startAtrium();
  });
  afterAll(() => own.close());

  it.each(['name', '-startDate', 'id'])('is stable while rows come and go: by %s', async (sort) => {
    // Five rows a day apart; in the order asked for they are called a to e.
    const letters = sort.startsWith('-') ? ['e', 'd', 'c', 'b', 'a'] : ['a', 'b', 'c', 'd', 'e'];
    const make = (letter: string, day: number) =>
      createCampaign(own, MALL, { name: `${sort} ${letter}`, startDate: `2026-11-0${day}T00:00:00Z` });
    const made = new Map<string, Body>();
    for (const [index, letter] of letters.entries()) made.set(letter, await make(letter, index + 2));

    const first = await own.call(MALL, 'GET', withQuery('/campaign-events', { name: `${sort} `, sort, limit: '2' }));
    expect(first.body.items).toEqual([made.get('a'), made.get('b')]);

    // Gone: one that was seen, the very row the cursor stands at, and one that comes. New: one before, one behind.
    for (const letter of ['a', 'b', 'd']) await own.call(MALL, 'DELETE', `/campaign-events/${made.get(letter)?.id}`);
    await make('A early', sort.startsWith('-') ? 9 : 1);
    const behind = await make('zz', sort.startsWith('-') ? 1 : 9);

    const after = String(first.body.next);
    const rest = await own.call(MALL, 'GET', withQuery('/campaign-events', { name: `${sort} `, sort, after }));
    const seen = rest.body.items.filter(({ name }) => !(sort === 'id' && name.endsWith('A early')));
    expect(seen).toEqual([made.get('c'), made.get('e'), behind]);
  });

  it.each([
    ['%', ['100% wool']],
    ['0% W', ['100% wool']],
    ['_', ['snake_case']],
    ['[', ['[sale]']],
    ['[s]', []],
    [']', ['[sale]']],
    ['!', ['wow!']],
    ['^', ['a^b']],
    ['-', ['a-b']],
    ['\\', ['back\\slash']],
    ["'", ["O'Hara"]],
    ['"', ['"quoted"']],
    ["' OR 1=1 --", []],
    ['É', ['ÉCLAIR', 'éclair']],
    ['éclair', ['ÉCLAIR', 'éclair']],
    ['ΑΘΉΝΑ', ['Αθήνα']],
    ['МОСКВА', ['москва']],
    ['🛒', ['cart 🛒']],
    ['سوق', ['سوق الجمعة']],
    ['WOO', ['100% wool', '100 wool']],
    ['nowhere', []],
  ])('finds names that contain %s, as it stands', async (name, expected) => {
    await namesOnce();
    const found = await listAll(own, OTHER, withQuery('/campaign-events', { name }));
    expect(found.map((row) => row.name)).toEqual(expected);
  });

  let named: Promise<void> | undefined;
  function namesOnce(): Promise<void> {
    const names =
      '100% wool|100 wool|snake_case|snakeXcase|[sale]|wow!|wow|a^b|a-b|back\\slash|O\'Hara|"quoted"|ÉCLAIR|éclair|Αθήνα|москва|cart 🛒|سوق الجمعة';
    return (named ??= (async () => {
      for (const name of names.split('|')) await createCampaign(own, OTHER, { name });
    })());
  }

  it('takes no control characters to look for, since no name has any', async () => {
    expectProblem(await own.call(OTHER, 'GET', '/campaign-events?name=%00'), 400, 'query-invalid');
  });
});

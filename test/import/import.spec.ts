import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type Answer, type Atrium, signToken, startAtrium, TENANTS, withQuery } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';
import { createCampaign, createEvent, everything, listAll, listChanges, NO_CONTENT } from '../support/rows.js';

const [BERLIN = '', YORK = ''] = TENANTS.map(({ id }) => id);
const PERIOD = '2030/11/01 00:00,2030/11/30 23:59';

interface Line {
  line: number;
  action: 'create' | 'update';
  id?: number;
  errors?: { pointer: string; detail: string }[];
}

interface Report {
  created: number;
  updated: number;
  lines: Line[];
  code: string;
  detail: string;
  errors: { pointer: string; detail: string }[];
}

let atrium: Atrium;
beforeAll(async () => {
  atrium = await startAtrium();
});
afterAll(() => atrium.close());

describe('a table', () => {
  it('makes campaigns and their events, in one change that lists the rows', async () => {
    const before = (await listChanges(atrium, BERLIN)).length;
    const { status, body } = await bring(
      [
        'name,campaign,startDate,endDate,status,tags,description,name.de,location.de,visibleFrom',
        `Sale,,${PERIOD},draft,fashion level-1,"Many, ""many"" shops\nand more",Ausverkauf,Ebene 1,2030-10-01T00:00:00Z`,
        'Last days,Sale,2030-11-20T09:00,2030-11-30T22:00:00Z,,,,Letzte Tage,,',
        '',
        `Other,,${PERIOD},,,,,,`,
      ].join('\n'),
    );
    expect([status, body]).toEqual([
      200,
      {
        created: 3,
        updated: 0,
        lines: [2, 4, 6].map((line) => ({ line, action: 'create', id: expect.any(Number) })),
      },
    ]);
    const [sale, last, other] = await Promise.all(
      body.lines.map(async ({ id }, index) => {
        const path = `/${index === 1 ? 'events' : 'campaign-events'}/${id}`;
        return (await atrium.call(BERLIN, 'GET', path)).body;
      }),
    );
    expect(sale).toEqual({
      ...NO_CONTENT,
      id: body.lines[0]?.id,
      createdOn: expect.any(String),
      updatedOn: expect.any(String),
      name: 'Sale',
      startDate: '2030-10-31T23:00:00.000Z',
      endDate: '2030-11-30T22:59:59.999Z',
      status: 'draft',
      visibleFrom: '2030-10-01T00:00:00.000Z',
      tags: ['fashion', 'level-1'],
      description: 'Many, "many" shops\nand more',
      translations: { de: { name: 'Ausverkauf', location: 'Ebene 1' } },
    });
    expect(last).toMatchObject({
      name: 'Last days',
      campaignEventId: sale?.id,
      status: 'published',
      startDate: '2030-11-20T08:00:00.000Z',
      endDate: '2030-11-30T22:00:00.000Z',
      translations: { de: { name: 'Letzte Tage' } },
    });
    expect(other).toMatchObject({ name: 'Other', translations: {}, tags: [] });
    const changes = await listChanges(atrium, BERLIN);
    expect(changes.length).toBe(before + 1);
    expect(changes.at(-1)).toMatchObject({
      action: 'import',
      resource: 'campaign',
      resourceId: sale?.id,
      before: null,
      after: [
        { ...sale, resource: 'campaign' },
        { ...last, resource: 'event' },
        { ...other, resource: 'campaign' },
      ],
    });
  });

  it('changes rows by their ids, and leaves what an empty cell stands for', async () => {
    const campaign = await createCampaign(atrium, BERLIN, {
      name: 'Changing',
      location: 'Level 1',
      translations: { de: { name: 'Wechsel' }, fr: { name: 'Changement' } },
    });
    const event = await createEvent(atrium, BERLIN, { campaignEventId: campaign.id, name: 'Phase' });
    const { status, body } = await bring(
      `id;name;campaign;location;name.de\n${campaign.id};Changed;;;Neu\n${event.id};;Changed;Level 2;\n`,
    );
    expect([status, body]).toEqual([
      200,
      {
        created: 0,
        updated: 2,
        lines: [
          { line: 2, action: 'update', id: campaign.id },
          { line: 3, action: 'update', id: event.id },
        ],
      },
    ]);
    expect((await atrium.call(BERLIN, 'GET', `/campaign-events/${campaign.id}`)).body).toEqual({
      ...campaign,
      name: 'Changed',
      translations: { de: { name: 'Neu' }, fr: { name: 'Changement' } },
      updatedOn: expect.any(String),
    });
    expect((await atrium.call(BERLIN, 'GET', `/events/${event.id}`)).body).toEqual({
      ...event,
      location: 'Level 2',
      updatedOn: expect.any(String),
    });
    expect((await listChanges(atrium, BERLIN)).at(-1)).toMatchObject({
      before: [{ name: 'Changing' }, { location: null }],
      after: [{ name: 'Changed' }, { location: 'Level 2' }],
    });
  });

  it.each([
    ['a comma', ',', '\n', ''],
    ['a semicolon, with a byte order mark', ';', '\r\n', '\uFEFF'],
    ['a tabulator', '\t', '\r', ''],
  ])('is separated by %s', async (_, separator, lineBreak, mark) => {
    const rows = [
      ['name', 'startDate', 'endDate', 'location', ''],
      ['"a;b,c"', '2030/11/01 00:00', '2030/11/02 00:00', '', ''],
      ['', '', '', '', ''],
      [`"line${lineBreak}break"`, 'x', 'y'],
    ];
    const { body } = await bring(mark + rows.map((cells) => cells.join(separator)).join(lineBreak), { dryRun: 'true' });
    expect(body.lines.map(({ line, errors = [] }) => [line, errors.map(({ pointer }) => pointer)])).toEqual([
      [2, []],
      [4, ['#/name', '#/startDate', '#/endDate']],
    ]);
  });

  it.each([
    ['dmy', '27.11.2030 09:00', '7/12/2030 9:05:30', ['2030-11-27T08:00:00.000Z', '2030-12-07T08:05:30.000Z']],
    ['mdy', '11/27/2030 09:00', '12/7/2030 9:05', ['2030-11-27T08:00:00.000Z', '2030-12-07T08:05:59.999Z']],
  ])('takes dates as a spreadsheet writes them, with dates=%s', async (dates, startDate, endDate, expected) => {
    const table = `name,startDate,endDate\nSpreadsheet,${startDate},${endDate}`;
    const { body } = await bring(table, { dates });
    const row = (await atrium.call(BERLIN, 'GET', `/campaign-events/${body.lines[0]?.id}`)).body;
    expect([row.startDate, row.endDate]).toEqual(expected);
    // Nobody guesses the order of day and month.
    const { body: refused } = await bring(table, { dryRun: 'true' });
    expect(refused.lines[0]?.errors?.map(({ pointer }) => pointer)).toEqual(['#/startDate', '#/endDate']);
  });

  it('is tried without being written', async () => {
    const before = await everything(atrium, BERLIN);
    const dry = await bring(`name,startDate,endDate\nTried,${PERIOD}\nWrong,,`, { dryRun: 'true' });
    expect([dry.status, dry.body]).toEqual([
      200,
      {
        created: 1,
        updated: 0,
        lines: [
          { line: 2, action: 'create' },
          {
            line: 3,
            action: 'create',
            errors: [
              { pointer: '#/startDate', detail: expect.stringContaining('is missing') },
              { pointer: '#/endDate', detail: expect.stringContaining('is missing') },
            ],
          },
        ],
      },
    ]);
    expect(await everything(atrium, BERLIN)).toEqual(before);
  });

  it('is written whole or not at all, with the words of bodies for each wrong line', async () => {
    for (const name of ['Twice', 'Twice']) await createCampaign(atrium, BERLIN, { name });
    const taken = await createCampaign(atrium, BERLIN, { name: 'Taken' });
    const long = await createCampaign(atrium, BERLIN, { name: 'Long' });
    await createEvent(atrium, BERLIN, { campaignEventId: long.id, name: 'In its way' });
    const before = await everything(atrium, BERLIN);
    const lines: [string, string | null, RegExp][] = [
      [`Right,,,${PERIOD},,`, null, /^/],
      [`,,,${PERIOD},,`, '#/name', /is missing/],
      [`Live,,,${PERIOD},live,`, '#/status', /must be one of draft, published, cancelled/],
      [`Event,,Right,2030/12/01 00:00,2030/12/02 00:00,,`, '#/startDate', /must be within the campaign/],
      [`Event,,Nowhere,${PERIOD},,`, '#/campaign', /There is no campaign "Nowhere"/],
      [`Event,,Twice,${PERIOD},,`, '#/campaign', /There are 2 campaigns "Twice"/],
      [`Same,,,${PERIOD},,`, null, /^/],
      [`Same,,,${PERIOD},,`, null, /^/],
      [`Event,,Same,${PERIOD},,`, '#/campaign', /is the name of lines 8, 9/],
      [`New,99999,,,,,`, '#/id', /There is no campaign 99999/],
      [`New,x1,,,,,`, '#/id', /must be a whole number/],
      [`New,${taken.id},,,,,`, null, /^/],
      [`New,${taken.id},,,,,`, '#/id', /is the id of line 13, too/],
      [`New,99999,Right,,,,`, '#/id', /There is no event 99999/],
      [`Backwards,,,2030/11/02 00:00,2030/11/01 00:00,,`, '#/endDate', /must not be before startDate/],
      [`Tags,,,${PERIOD},,Über`, '#/tags', /must hold tags/],
      [`Extra,,,${PERIOD},,,more`, '#', /has a cell without a column: "more"/],
      [`,${long.id},,,2026/11/09 00:00,,`, '#/endDate', /event \d+ "In its way" would lie outside/],
    ];
    const { status, body } = await bring(
      ['name,id,campaign,startDate,endDate,status,tags', ...lines.map(([line]) => line)].join('\n'),
    );
    expect([status, body.code]).toEqual([422, 'lines-invalid']);
    expect(body.lines.map(({ errors }) => errors?.[0]?.pointer ?? null)).toEqual(lines.map(([, pointer]) => pointer));
    for (const [index, [, , detail]] of lines.entries())
      expect(body.lines[index]?.errors?.[0]?.detail ?? '').toMatch(detail);
    expect(await everything(atrium, BERLIN)).toEqual(before);
  });

  it('names a row that is too large, and one that is too large with what is there', async () => {
    const description = 'é'.repeat(5_000);
    const languages = ['de', 'fr', 'nl', 'ar', 'es', 'it'];
    const { id } = await createCampaign(atrium, BERLIN, {
      translations: Object.fromEntries(['de', 'fr'].map((language) => [language, { description }])),
    });
    const columns = languages.map((language) => `description.${language}`).join();
    const cells = languages.map(() => description).join();
    for (const [line, start] of [
      [`Large,,${PERIOD},${cells}`, 'name,id,startDate,endDate'],
      [`,${id},,,,,${cells.slice(0, 2 * 5_001)}`, 'name,id,startDate,endDate'],
    ] as const) {
      const { status, body } = await bring(`${start},${columns}\n${line}`);
      expect([status, body.lines[0]?.errors?.[0]?.pointer]).toEqual([422, '#']);
      expect(body.lines[0]?.errors?.[0]?.detail).toMatch(/bytes with all its texts; a row takes 32768/);
    }
  });

  it.each([
    ['name,colour,startDate,campaignEventId', ['#/colour', '#/campaignEventId']],
    ['name,name,startDate', ['#/name']],
    ['name,name.DE,name.xx1234567890', ['#/name.DE', '#/name.xx1234567890']],
    ['name,translations,createdOn', ['#/translations', '#/createdOn']],
    ['name,a/b~c', ['#/a~1b~0c']],
  ])('is refused with the columns %s, each by its name', async (heading, pointers) => {
    for (const query of [{}, { dryRun: 'true' }] as Record<string, string>[]) {
      const answer = await bring(`${heading}\nx,x,x,x\n`, query);
      expectProblem(answer, 422, 'fields-invalid');
      expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual(pointers);
    }
  });

  it.each([
    ['an empty one', ' \n ', 422, 'fields-invalid'],
    ['one without lines', 'name,startDate\n\n,\n', 422, 'fields-invalid'],
    ['one with too many lines', `name\n${'x\n'.repeat(2_001)}`, 422, 'fields-invalid'],
    ['one of more than a mebibyte', `name\n${'x'.repeat(1024 * 1024)}`, 413, 'body-too-large'],
    ['an open quotation mark', `name\n"x\ny`, 422, 'lines-invalid'],
    ['a quotation mark within a cell', `name\nok\n2" pipe`, 422, 'lines-invalid'],
  ])('is refused: %s', async (_, table, status, code) => {
    expectProblem(await bring(table), status, code);
  });

  it('has a heading and two thousand lines at most', async () => {
    const rows = Array.from({ length: 2_000 }, (_, index) => `Row ${index},${PERIOD}`);
    const { status, body } = await bring(`name,startDate,endDate\n${rows.join('\n')}`, {}, YORK);
    expect([status, body.created, body.lines.at(-1)?.line]).toEqual([200, 2_000, 2_001]);
    const names = new Map((await listAll(atrium, YORK, '/campaign-events')).map(({ id, name }) => [id, name]));
    expect(body.lines.map(({ id }) => names.get(id ?? -1))).toEqual(rows.map((_, index) => `Row ${index}`));
  }, 60_000);

  it('is in UTF-8, as text/csv', async () => {
    const bytes = Buffer.from(`name,startDate,endDate\nÜber,${PERIOD}`, 'latin1');
    expect((await send(new Blob([bytes], { type: 'text/csv' }))).status).toBe(422);
    expect((await send('name\nx', { 'content-type': 'text/csv; charset=iso-8859-1' })).status).toBe(415);
    expect((await send('{}', { 'content-type': 'application/json' })).status).toBe(415);
    expect((await send('', { 'content-type': 'text/csv' })).status).toBe(400);
    for (const path of ['/campaign-events', '/events'])
      expectProblem(await atrium.call(BERLIN, 'POST', path, 'name\nx', { 'content-type': 'text/csv' }), 415);
  });

  it('is written once under an Idempotency-Key, and tried under it as often as one likes', async () => {
    const table = `name,startDate,endDate\nOnce,${PERIOD}`;
    const headers = { 'idempotency-key': 'table-1' };
    const tried = await bring(table, { dryRun: 'true' }, BERLIN, headers);
    expect(tried.body.lines).toEqual([{ line: 2, action: 'create' }]);
    const first = await bring(table, {}, BERLIN, headers);
    const again = await bring(table, {}, BERLIN, headers);
    expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([200, first.body, 'true']);
    expectProblem(await bring(`${table}\nTwice,${PERIOD}`, {}, BERLIN, headers), 422, 'idempotency-key-reused');
  });

  it('is for editors of the centre', async () => {
    const reader = `Bearer ${await signToken({ roles: ['reader'], tenants: [BERLIN] })}`;
    const stranger = `Bearer ${await signToken({ roles: ['editor'], tenants: [YORK] })}`;
    for (const [authorization, status] of [
      ['', 401],
      [reader, 403],
      [stranger, 403],
    ] as const)
      expect((await bring('name\nx', {}, BERLIN, { authorization })).status).toBe(status);
  });

  it('of any kind is written whole or not at all, and never breaks the service', async () => {
    const cell = fc.oneof(
      fc.constantFrom(
        '',
        '2030/11/01 00:00',
        '2030/11/30 23:59',
        '27.11.2030 09:00',
        'draft',
        'Sale',
        '0',
        '1',
        '"',
        'a b',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => `"${text.replaceAll('"', '""')}"`),
    );
    const column = fc.constantFrom(
      'name',
      'startDate',
      'endDate',
      'id',
      'campaign',
      'tags',
      'status',
      'name.de',
      'x',
      '',
    );
    const likely = fc.record({
      name: fc.constantFrom('Sale', 'Other', ''),
      id: fc.constantFrom('', '', '0', '1', '70000'),
      campaign: fc.constantFrom('', '', 'Sale', 'Nowhere'),
      startDate: fc.constantFrom('2030/11/01 00:00', '2030/11/01 00:00', ''),
      endDate: fc.constantFrom('2030/11/30 23:59', '2030/11/02 00:00', ''),
    });
    const table = fc.oneof(
      fc
        .array(likely, { minLength: 1, maxLength: 4 })
        .map((rows) =>
          [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))]
            .map((cells) => cells.join())
            .join('\n'),
        ),
      fc
        .tuple(
          fc.array(column, { maxLength: 6 }),
          fc.array(fc.array(cell, { maxLength: 7 }), { maxLength: 5 }),
          fc.constantFrom(',', ';', '\t'),
          fc.constantFrom('\n', '\r\n', '\r'),
        )
        .map(([heading, rows, separator, lineBreak]) =>
          [heading, ...rows].map((cells) => cells.join(separator)).join(lineBreak),
        ),
      fc.string({ unit: 'binary', maxLength: 200 }),
    );
    const counts = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom<Record<string, string>>({}, { dates: 'dmy' }, { dryRun: 'true' }),
        async (text, query) => {
          const before = await everything(atrium, BERLIN);
          const { status, body } = await bring(text, query);
          counts.set(status, (counts.get(status) ?? 0) + 1);
          expect([200, 400, 422]).toContain(status);
          const after = await everything(atrium, BERLIN);
          const isWritten = status === 200 && query['dryRun'] === undefined;
          const [rows, changes] = [rowsIn(before), before.changes.length];
          const grown = [rows + body.created, changes + 1];
          expect([rowsIn(after), after.changes.length]).toEqual(isWritten ? grown : [rows, changes]);
          expect(isWritten ? body.lines.filter(({ errors }) => errors) : []).toEqual([]);
          expect(isWritten ? before : after).toEqual(before);
        },
      ),
      { numRuns: 100 },
    );
    expect(counts.get(200)).toBeGreaterThan(10);
    expect(counts.get(422)).toBeGreaterThan(10);
  }, 120_000);
});

function rowsIn({ campaigns, events }: { campaigns: unknown[]; events: unknown[] }): number {
  return campaigns.length + events.length;
}

function bring(
  table: string,
  query: Record<string, string> = {},
  tenant = BERLIN,
  headers: Record<string, string> = {},
): Promise<Answer<Report>> {
  const type = { 'content-type': 'text/csv' };
  return atrium.call<Report>(tenant, 'POST', withQuery('/imports', query), table, { ...type, ...headers });
}

function send(body: string | Blob, headers: Record<string, string> = {}): Promise<Answer> {
  return atrium.call(BERLIN, 'POST', '/imports', body, headers);
}

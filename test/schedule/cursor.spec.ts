import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decodeCursor, encodeCursor } from '../../src/schedule/cursor.js';
import { type Atrium, startAtrium, withQuery } from '../support/atrium.js';
import { expectProblem } from '../support/problem.js';
import { createCampaign, createEvent } from '../support/rows.js';

const MALL = 'berlin-mall';
const SORTS = ['id', '-id', 'name', '-name', 'startDate', '-startDate', 'endDate', '-endDate'];

/** With the checksum that belongs to it: how it is made is no secret. */
function forge(path: string, sort: string, payload: string): string {
  const table = path === '/events' ? 'Events' : 'EventCampaigns';
  const list = [MALL, table, JSON.stringify({ sort })].join('\n');
  const checksum = createHash('sha256').update(`${list}\n${payload}`).digest('base64url').slice(0, 12);
  return `${Buffer.from(payload).toString('base64url')}.${checksum}`;
}

describe.each(['/campaign-events', '/events'])('a cursor of %s that somebody made', (path) => {
  let atrium: Atrium;
  beforeAll(async () => {
    atrium = await startAtrium();
    const { id } = await createCampaign(atrium, MALL);
    for (let count = 0; count < 3; count++)
      await (path === '/events' ? createEvent(atrium, MALL, { campaignEventId: id }) : createCampaign(atrium, MALL));
  });
  afterAll(() => atrium.close());

  function page(sort: string, payload: string) {
    return atrium.call(MALL, 'GET', withQuery(path, { sort, after: forge(path, sort, payload) }));
  }

  it.each(SORTS)('is taken when it names a place in the order of %s', async (sort) => {
    const { body } = await atrium.call(MALL, 'GET', withQuery(path, { sort, limit: '1' }));
    const payload = Buffer.from(String(body.next).split('.')[0] ?? '', 'base64url').toString();
    expect(forge(path, sort, payload)).toBe(body.next);
    expect((await page(sort, payload)).status).toBe(200);
  });

  it.each(SORTS)('is refused when it names none, in the order of %s', async (sort) => {
    const never = [
      '["garbage",true]',
      '[1e308,1]',
      '[0,1e308]',
      '["a",1e308]',
      '[0.5,0.5]',
      '[-1,-1]',
      '[1,"1"]',
      '[]',
    ];
    const more = ['[null,1]', '[[1],1]', '[{"a":1},1]', '[1,2147483648]', '[8640000000000001,1]', '{"0":1,"1":1}', '1'];
    const name = [`["${'x'.repeat(501)}",1]`, '["",1]'];
    const others = sort.endsWith('name') ? [...name, '[1,1]'] : ['["garbage",1]', '["2030-01-01",1]', '["1",1]'];
    for (const payload of [...never, ...more, ...others, ...(sort.endsWith('id') ? ['[1,2]'] : [])])
      expectProblem(await page(sort, payload), 400, 'cursor-invalid');
  });

  it('is refused or names a place, whatever it holds', async () => {
    const value = fc.oneof(
      fc.double(),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.string({ unit: 'binary' }),
      fc.date({ noInvalidDate: true }).map((date) => date.getTime()),
      fc.constantFrom(1e308, -1e308, 2 ** 31, 2 ** 53, 1e21, -0, 'x'.repeat(600), '\ud800', '\0', null, true),
      fc.jsonValue({ maxDepth: 1 }),
    );
    const forged = fc.record({
      sort: fc.constantFrom(...SORTS),
      payload: fc.oneof(
        { arbitrary: fc.tuple(value, fc.oneof(fc.nat(), value)).map((pair) => JSON.stringify(pair)), weight: 5 },
        { arbitrary: fc.array(value, { maxLength: 4 }).map((list) => JSON.stringify(list)), weight: 1 },
        { arbitrary: fc.string(), weight: 1 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(forged, async ({ sort, payload }) => {
        const { status, body } = await page(sort, payload);
        expect([200, 'cursor-invalid']).toContain(status === 200 ? status : body.code);
      }),
      { numRuns: 1_000 },
    );
  });
});

it('a cursor gives back the place it was made for', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 500 }), fc.nat(2 ** 31 - 1), (value, id) => {
      expect(decodeCursor('list', encodeCursor('list', { value, id }), () => true)).toEqual({ value, id });
    }),
  );
});

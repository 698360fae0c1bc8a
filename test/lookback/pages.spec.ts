import { describe, expect, it } from '@jest/globals';
import { type Atrium, type Body, startAtrium, withQuery } from '../support/atrium.js';
import { createDatabase, execute } from '../support/database.js';
import { createCampaign, createEvent, listAll } from '../support/rows.js';

const MALL = 'berlin-mall';
const SCHEMA = 'tenant_berlin_mall';
const NOON = Date.parse('2026-11-10T12:00:00Z');
const DAY_MS = 86_400_000;
const CAMPAIGNS = 12;
const EVENTS = 36;

/** Letters that collations order in ways of their own. */
const NAMES = [
  'alpha',
  'Alpha',
  'ÄLPHA',
  'a-b',
  'ab',
  'A b',
  'zeta',
  'Straße',
  'STRASSE',
  'Café',
  'cafe',
  '😀',
  'ﬁne',
  'İ',
  'i',
];
const FILTERS: Record<string, string>[] = [
  {},
  { state: 'live' },
  { state: 'upcoming' },
  { state: 'ended' },
  { name: 'A' },
  { name: 'é' },
  { name: 'ss' },
  { name: 'i', state: 'ended' },
  { tag: 'x' },
  { status: 'draft' },
  { status: 'cancelled', state: 'upcoming' },
  { from: day(-2), to: day(2) },
  { from: day(0) },
  { to: day(-1), state: 'ended' },
  { campaignEventId: '3' },
];
const SORTS = ['id', '-id', 'name', '-name', 'startDate', '-endDate'];

function day(days: number): string {
  return new Date(NOON + days * DAY_MS).toISOString();
}

/** Long and short ones: events of long ones reach campaigns that start later, where they come to lie in one. */
function periodOf(index: number): { startDate: string; endDate: string } {
  const start = ((index * 5) % 13) - 7;
  const days = index % 2 ? (index * 7) % 11 : ((index * 3) % 3) + (index % 4) / 2;
  return { startDate: day(start), endDate: day(start + days) };
}

function contentOf(index: number): object {
  const status = ['published', 'draft', 'published', 'cancelled'][index % 4];
  return {
    name: NAMES[index % NAMES.length],
    status,
    tags: index % 3 === 0 ? ['x', 'y'] : index % 3 === 1 ? ['x'] : [],
  };
}

/** Every page of every filter and sort, as rows without what changes with the moment. */
async function pagesOf(atrium: Atrium, moment: Record<string, string>): Promise<Map<string, Body[]>> {
  const pages = new Map<string, Body[]>();
  for (const path of ['/campaign-events', '/events'])
    for (const [index, filter] of FILTERS.entries()) {
      if (path === '/campaign-events' && 'campaignEventId' in filter) continue;
      for (const sort of SORTS.filter((_, place) => (place + index) % 2 === 0)) {
        const query = withQuery(path, { ...filter, sort });
        const asked = withQuery(path, { ...filter, sort, ...moment });
        pages.set(query, await listAll(atrium, MALL, asked, [2, 5, 200][(index + SORTS.indexOf(sort)) % 3]));
      }
    }
  return pages;
}

describe('pages of the past', () => {
  it.each(['every row', 'every other row', 'campaigns only'])(
    'are those that were shown, when %s was changed since',
    async (changed) => {
      const database = await createDatabase();
      try {
        const first = await startAtrium({ DATABASE_URL: database.url });
        first.clock.setMs = NOON;
        for (let index = 0; index < CAMPAIGNS; index++)
          await createCampaign(first, MALL, { ...contentOf(index), ...periodOf(index) });
        for (let index = 0; index < EVENTS; index++) {
          const campaignEventId = index % CAMPAIGNS;
          await createEvent(first, MALL, { ...contentOf(index), ...periodOf(campaignEventId), campaignEventId });
        }
        await first.close();
        // Events come to lie outside their campaigns, before and behind them.
        const elsewhere = `("Id" * 5 + 2) % ${CAMPAIGNS}`;
        await execute(
          database,
          SCHEMA,
          `UPDATE "${SCHEMA}"."Events" SET "EventCampaignId" = ${elsewhere} WHERE "Id" % 3 > 0`,
        );

        const atrium = await startAtrium({ DATABASE_URL: database.url });
        atrium.clock.setMs = NOON;
        await createCampaign(atrium, MALL);
        const revision = String(CAMPAIGNS + EVENTS + 1);
        const shown = await pagesOf(atrium, {});
        expect(new Set([...shown.values()].map(({ length }) => length)).size).toBeGreaterThan(5);

        const step = changed === 'every other row' ? 2 : 1;
        const lists = [
          ['/campaign-events', CAMPAIGNS],
          ...(changed === 'campaigns only' ? [] : [['/events', EVENTS]]),
        ] as const;
        for (const [path, count] of lists)
          for (let id = 0; id < Number(count); id += step) {
            const name = `${NAMES[(id + 4) % NAMES.length]} again`;
            const answer = await atrium.call(MALL, 'PATCH', `${path}/${id}`, {
              name,
              tags: ['z'],
              status: 'published',
            });
            expect(answer.status).toBe(200);
          }
        await atrium.call(MALL, 'DELETE', '/campaign-events/5');
        await createCampaign(atrium, MALL, { name: 'alpha', tags: ['x'] });

        for (const [query, rows] of await pagesOf(atrium, { revision }))
          expect([query, rows]).toEqual([query, shown.get(query)]);
        await atrium.close();
      } finally {
        await database.remove();
      }
    },
  );
});

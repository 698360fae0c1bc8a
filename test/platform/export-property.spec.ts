import { afterAll, beforeAll, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Atrium } from '../support/atrium.js';
import { comparable, Platform } from '../support/platform.js';
import { everything, NOVEMBER, withoutUpdate } from '../support/rows.js';

/** Runs of each property; more when somebody asks for them. */
const RUNS = Number(process.env['HISTORY_RUNS'] ?? 5);
const MAX_ID = 4;

type Step = [method: string, path: string, body?: object];

const anyId = fc.nat(MAX_ID);
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const day = fc.integer({ min: 1, max: 28 }).map((of) => `2026-11-${String(of).padStart(2, '0')}T10:00:00Z`);
const fields = fc.record({
  name: text.map((name) => `x${name.replaceAll(/[^\P{C}]/gu, '')}`),
  status: fc.constantFrom('draft', 'published', 'cancelled'),
  description: fc.option(text.map((words) => `x ${words.replaceAll(/[^\P{C}]/gu, '')}`)),
  tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'c-1')),
});
const steps = fc.array(
  fc.oneof(
    fc
      .tuple(fields, fc.array(fields, { maxLength: 3 }))
      .map(([campaign, events]): Step => [
        'POST',
        '/campaign-events',
        { ...NOVEMBER, ...campaign, events: events.map((event) => ({ ...NOVEMBER, ...event })) },
      ]),
    fc.tuple(anyId, fields).map(([of, change]): Step => ['PATCH', `/campaign-events/${of}`, change]),
    fc.tuple(anyId, day).map(([of, endDate]): Step => ['PATCH', `/campaign-events/${of}?events=keep`, { endDate }]),
    fc
      .tuple(anyId, fields)
      .map(([of, event]): Step => ['POST', '/events', { ...NOVEMBER, ...event, campaignEventId: of }]),
    fc.tuple(anyId, anyId).map(([of, to]): Step => ['PATCH', `/events/${of}?events=keep`, { campaignEventId: to }]),
    anyId.map((of): Step => ['DELETE', `/campaign-events/${of}`]),
    anyId.map((of): Step => ['DELETE', `/events/${of}`]),
    anyId.map((of): Step => ['POST', `/campaign-events/${of}/restore?events=keep`]),
    anyId.map((of): Step => [
      'POST',
      `/campaign-events/${of}/copies?events=keep`,
      { startDate: '2027-01-01T00:00:00Z' },
    ]),
    fc.integer({ min: 1, max: 12 }).map((revision): Step => ['POST', `/changes/${revision}/undo`]),
  ),
  { minLength: 5, maxLength: 25 },
);

let platform: Platform;
let made = 0;
beforeAll(async () => {
  platform = await Platform.make();
});
afterAll(() => platform.remove());

async function take(atrium: Atrium, mall: string, all: readonly Step[]): Promise<void> {
  for (const [method, path, body] of all) {
    const { status } = await atrium.call(mall, method, path, body);
    expect(status).toBeLessThan(500);
  }
}

it('whatever was done in a centre: its export, imported and exported again, is the same', async () => {
  await fc.assert(
    fc.asyncProperty(steps, steps, async (first, second) => {
      const [origin, copy] = [`origin-${++made}`, `copy-${made}`];
      await platform.add(origin, copy);
      await platform.serve((atrium) => take(atrium, origin, first));
      const file = await platform.export(origin);
      await platform.import(copy, file);
      expect(comparable(await platform.export(copy))).toEqual(comparable(file));

      // Whatever is done from there on has the same result in both: ids, conflicts, history.
      await platform.serve(async (atrium) => {
        for (const [method, path, body] of second) {
          const [one, other] = [
            await atrium.call(origin, method, path, body),
            await atrium.call(copy, method, path, body),
          ];
          expect([method, path, other.status]).toEqual([method, path, one.status]);
        }
        const ids = async (mall: string) => {
          const { campaigns, events, changes } = await everything(atrium, mall);
          return [named(campaigns), named(events), changes.map(({ action, resourceId }) => [action, resourceId])];
        };
        expect(await ids(copy)).toEqual(await ids(origin));
      });
    }),
    { numRuns: RUNS },
  );
}, 600_000);

it('whatever was done in a centre: rewound to a revision, its rows are those of that revision', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(), async (all, choice) => {
      const mall = `rewound-${++made}`;
      await platform.add(mall);
      const states: object[] = [];
      const rows = async (atrium: Atrium) => {
        const { campaigns, events, changes } = await everything(atrium, mall);
        return {
          revision: changes.length,
          rows: { campaigns: withoutUpdate(campaigns), events: withoutUpdate(events) },
        };
      };
      await platform.serve(async (atrium) => {
        for (const step of all) {
          await take(atrium, mall, [step]);
          const now = await rows(atrium);
          states[now.revision] = now.rows;
        }
      });
      if (states.length < 2) return;
      const to = 1 + (choice % (states.length - 1));
      const { revision } = await platform.rewind(mall, String(to));
      await platform.serve(async (atrium) => {
        const now = await rows(atrium);
        expect(now.rows).toEqual(states[to]);
        expect(now.revision).toBe(revision ?? states.length - 1);
        if (revision === undefined) return;
        expect((await atrium.call(mall, 'POST', `/changes/${revision}/undo`)).status).toBe(200);
        expect((await rows(atrium)).rows).toEqual(states.at(-1));
      });
    }),
    { numRuns: RUNS },
  );
}, 600_000);

function named(rows: { id: number; name: string }[]): [number, string][] {
  return rows.map((row) => [row.id, row.name]);
}

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type ChangedRow, type Effect, effectsOf, toldOf } from '../../src/change/effects.js';

const row = (id: number, campaignEventId?: number) =>
  fc.option(
    fc.record({ name: fc.string() }).map(({ name }): ChangedRow => ({
      id,
      name,
      ...(campaignEventId !== undefined && { campaignEventId }),
    })),
  );

const effect = fc
  .record({ isEvent: fc.boolean(), id: fc.nat(9), campaignEventId: fc.nat(3) })
  .chain(({ isEvent, id, campaignEventId }) =>
    fc.record<Effect>({
      resource: fc.constant(isEvent ? 'event' : 'campaign'),
      id: fc.constant(id),
      before: row(id, isEvent ? campaignEventId : undefined),
      after: row(id, isEvent ? campaignEventId : undefined),
    }),
  )
  .filter(({ before, after }) => before !== null || after !== null);

const effects = fc.uniqueArray(effect, { minLength: 1, selector: ({ resource, id }) => `${resource} ${id}` });

function inOrder(all: Effect[]): Effect[] {
  return all.toSorted((a, b) => a.id - b.id || a.resource.localeCompare(b.resource));
}

describe('the telling of a change', () => {
  it('names every row that was touched, as it was and as it became', () => {
    fc.assert(
      fc.property(effects, ([first, ...others]) => {
        if (!first) return;
        const stored = JSON.parse(JSON.stringify(toldOf([first, ...others]))) as ReturnType<typeof toldOf>;
        expect(inOrder(effectsOf(stored))).toEqual(inOrder([first, ...others]));
      }),
    );
  });

  it('is the row itself, or the campaign with its events, where that says all', () => {
    const campaign = { id: 4, name: 'Sale' };
    const event = { id: 7, name: 'Phase', campaignEventId: 4 };
    expect(toldOf([{ resource: 'event', id: 7, before: null, after: event }])).toEqual({
      resource: 'event',
      resourceId: 7,
      before: null,
      after: event,
    });
    expect(
      toldOf([
        { resource: 'campaign', id: 4, before: campaign, after: null },
        { resource: 'event', id: 7, before: event, after: null },
      ]),
    ).toEqual({ resource: 'campaign', resourceId: 4, before: { ...campaign, events: [event] }, after: null });
  });
});

import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Campaign } from '../../src/campaign/campaign.entity.js';
import { Problem } from '../../src/problem/problem.js';
import { UnitOfWork } from '../../src/change/unit-of-work.js';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { insertRow } from '../../src/schedule/scheduled-rows.js';
import { runAs } from '../../src/tenancy/tenant-context.js';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { replay } from '../support/replay.js';
import { createCampaign, everything, NOVEMBER } from '../support/rows.js';

const MALL = 'berlin-mall';
const WRITERS = 50;
const TURNS = 6;
const PHASE = { startDate: '2026-11-02T00:00:00Z', endDate: '2026-11-03T00:00:00Z' };

// In the name of all that is rolled back.
const NEVER = 'never to be seen';

describe('50 writers of one shopping centre, a third of whose writes are rolled back', () => {
  let atrium: Atrium;
  beforeEach(async () => {
    atrium = await startAtrium();
    atrium.clock.setMs = Date.parse('2026-11-02T12:00:00Z');
  });
  afterEach(() => atrium.close());

  it('lose no write that was acknowledged, and show none that was not committed', async () => {
    const { id } = await createCampaign(atrium, MALL);
    const attempts = Object.entries(IN_VAIN);
    const acknowledged: string[] = [];
    const failed: unknown[][] = [];
    let isWriting = true;
    const readers = Promise.all(READS.map((path) => readUntil(atrium, path, () => !isWriting)));
    await Promise.all(
      Array.from({ length: WRITERS }, async (_, writer) => {
        for (let turn = 0; turn < TURNS; turn++) {
          const name = `writer ${writer}, turn ${turn}`;
          if ((writer + turn) % 3 === 0) {
            const [code, attempt] = attempts[((writer + turn) / 3) % attempts.length] ?? [];
            failed.push([code, await attempt?.(atrium, id)]);
          } else acknowledged.push(await write(atrium, id, name, writer + turn));
        }
      }),
    );
    isWriting = false;

    for (const { answers, bodyOfTag } of await readers) {
      expect(answers).toBeGreaterThan(5);
      expect([...bodyOfTag.values()].filter((body) => body.includes(NEVER))).toEqual([]);
    }
    const { changes, ...rows } = await everything(atrium, MALL);
    expect(acknowledged).toHaveLength((WRITERS * TURNS * 2) / 3);
    expect(failed).toHaveLength((WRITERS * TURNS) / 3);
    expect(failed.filter(([expected, code]) => code !== expected)).toEqual([]);
    expect(changes.map(({ revision }) => revision)).toEqual(
      Array.from({ length: acknowledged.length + 1 }, (_, index) => index + 1),
    );
    const told = changes.slice(1).map(({ after }) => String(after?.name));
    expect(told.toSorted()).toEqual(acknowledged.toSorted());
    expect(rows).toEqual(replay(changes));
  });
});

/** A write that succeeds; gives back the name by which the changes know it. */
async function write(atrium: Atrium, campaignEventId: number, name: string, kind: number): Promise<string> {
  const { status } = await (kind % 2 === 0
    ? atrium.call(MALL, 'POST', '/campaign-events', { ...NOVEMBER, name, events: [{ ...PHASE, name }] })
    : atrium.call(MALL, 'POST', '/events', { ...PHASE, name, campaignEventId }));
  expect(status).toBe(201);
  return name;
}

/** Writes that fail when their transaction has begun, the last when it has stored a row already; each gives its code. */
const IN_VAIN: Record<string, (atrium: Atrium, id: number) => Promise<string>> = {
  stale: async (atrium, id) => {
    const fields = { ...NOVEMBER, name: NEVER };
    return (await atrium.call(MALL, 'PUT', `/campaign-events/${id}`, fields, { 'if-match': '"x"' })).body.code;
  },
  'campaign-event-unknown': async (atrium) => {
    const lost = { ...PHASE, name: NEVER, campaignEventId: 2_147_483_647 };
    return (await atrium.call(MALL, 'POST', '/events', lost)).body.code;
  },
  'fields-invalid': async (atrium) => {
    const outside = { name: NEVER, startDate: NOVEMBER.startDate, endDate: '2027-01-01T00:00:00Z' };
    const fields = { ...NOVEMBER, name: NEVER, events: [outside] };
    return (await atrium.call(MALL, 'POST', '/campaign-events', fields)).body.code;
  },
  'failed-late': async (atrium) => {
    const tenant = atrium.app.get(Catalogue).find(MALL);
    if (!tenant) throw new Error(`There is no ${MALL}`);
    const insertAndFail = () =>
      atrium.app.get(UnitOfWork).write(async (write) => {
        await insertRow(write, Campaign, { name: NEVER, startDate: write.at, endDate: write.at });
        for (let turn = 0; turn < 5; turn++) await nextTurn();
        throw new Problem(422, 'failed-late', NEVER);
      });
    return runAs({ tenant, actor: 'test' }, insertAndFail).then(
      () => 'committed',
      (thrown: Problem) => thrown.code,
    );
  },
};

const READS = [
  '/campaign-events?limit=200&sort=-id',
  '/events?limit=200&sort=-id',
  '/campaign-events/live',
  '/events/live',
  '/changes?limit=200&after=100',
];

/** Reads over and over; two answers that bear one ETag must be the same. */
async function readUntil(atrium: Atrium, path: string, isOver: () => boolean) {
  const bodyOfTag = new Map<string, string>();
  let answers = 0;
  while (!isOver()) {
    const { status, headers, body } = await atrium.call<unknown>(MALL, 'GET', path);
    expect(status).toBe(200);
    const text = JSON.stringify(body);
    const tag = headers.get('etag') ?? '';
    expect(bodyOfTag.get(tag) ?? text).toBe(text);
    bodyOfTag.set(tag, text);
    answers++;
  }
  return { answers, bodyOfTag };
}

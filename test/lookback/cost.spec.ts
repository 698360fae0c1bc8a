import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { createDatabase, execute, type TestDatabase, testServer } from '../support/database.js';
import { expectProblem } from '../support/problem.js';
import { createCampaign } from '../support/rows.js';

/** Changes before those that are looked back over, by shopping centre. */
const SHORT = { tenant: 'berlin-mall', changes: 1_000 };
const LONG = { tenant: 'york-plaza', changes: 100_000 };
const SINCE = 100;
const ROUNDS = 41;

jest.setTimeout(240_000);

// Rows are written past the API in SQLite's words: what is measured is the same code on both engines.
(testServer() ? describe.skip : describe)('looking back over 100 changes', () => {
  let database: TestDatabase;
  let atrium: Atrium;
  beforeAll(async () => {
    database = await createDatabase();
    const first = await startAtrium({ DATABASE_URL: database.url });
    for (const { tenant } of [SHORT, LONG])
      for (let index = 0; index < 20; index++) await createCampaign(first, tenant);
    await first.close();
    for (const { tenant, changes } of [SHORT, LONG]) await lengthen(tenant, changes);
    atrium = await startAtrium({ DATABASE_URL: database.url });
    for (const { tenant } of [SHORT, LONG])
      for (let index = 0; index < SINCE; index++)
        await atrium.call(tenant, 'PATCH', `/campaign-events/${index % 20}`, { name: `Name ${index}` });
  });
  afterAll(async () => {
    await atrium.close();
    await database.remove();
  });

  /** Repeats the first change, a second apart and long ago. */
  async function lengthen(tenant: string, changes: number): Promise<void> {
    const schema = `tenant_${tenant.replace('-', '_')}`;
    await execute(
      database,
      schema,
      `WITH RECURSIVE more(n) AS (SELECT 21 UNION ALL SELECT n + 1 FROM more WHERE n < ${changes})
      INSERT INTO "${schema}"."Changes" ("Revision", "At", "Actor", "Action", "Resource", "ResourceId", "Before", "After")
        SELECT n, "At", "Actor", 'update', "Resource", "ResourceId", "After", "After"
        FROM more, (SELECT * FROM "${schema}"."Changes" WHERE "Revision" = 20);
      UPDATE "${schema}"."Revision" SET "Value" = ${changes}`,
    );
  }

  it.each([
    ['by revision', (revision: number) => `revision=${revision}`],
    ['by instant', (_: number, at: string) => `at=${at}`],
  ])('%s costs at most twice as much with 100,000 changes as with 1,000', async (_, momentOf) => {
    const times: Record<string, number[]> = { [SHORT.tenant]: [], [LONG.tenant]: [] };
    for (let round = 0; round < ROUNDS; round++)
      for (const { tenant, changes } of [SHORT, LONG]) {
        const path = `/changes?after=${changes - 1}&limit=1`;
        const { body } = await atrium.call<{ items: { at: string }[] }>(tenant, 'GET', path);
        const moment = momentOf(changes, body.items[0]?.at ?? '');
        const beganMs = performance.now();
        const answer = await atrium.call(tenant, 'GET', `/campaign-events?${moment}`);
        times[tenant]?.push(performance.now() - beganMs);
        expect([answer.status, answer.headers.get('x-revision')]).toEqual([200, String(changes)]);
      }
    const [short = 0, long = 0] = [SHORT, LONG].map(({ tenant }) => median(times[tenant] ?? []));
    process.stdout.write(
      `looking back: ${short.toFixed(1)} ms with 1,000 changes, ${long.toFixed(1)} ms with 100,000\n`,
    );
    expect(long / short).toBeLessThan(2);
  });

  it('is bounded: further back than 100,000 changes it says what to do instead', async () => {
    const answer = await atrium.call(LONG.tenant, 'GET', '/timeline?revision=1');
    expect(expectProblem(answer, 400, 'too-many-changes').detail).toBe(
      'There are 100099 changes since then, and 100000 can be taken back. Give a later instant or revision, or read the changes themselves (GET /changes).',
    );
    expect((await atrium.call(LONG.tenant, 'GET', '/timeline?revision=101')).status).toBe(200);
  });

  it('leaves others their turn while it reads far back', async () => {
    const state = { isDone: false };
    const far = atrium
      .call(LONG.tenant, 'GET', '/timeline?revision=101')
      .finally(() => Object.assign(state, { isDone: true }));
    const waits: number[] = [];
    while (!state.isDone) {
      const beganMs = performance.now();
      await atrium.call(SHORT.tenant, 'GET', '/timeline', undefined, { authorization: '' });
      waits.push(performance.now() - beganMs);
    }
    expect((await far).status).toBe(200);
    process.stdout.write(`beside it: ${waits.length} reads, the slowest ${Math.max(...waits).toFixed(1)} ms\n`);
    expect(waits.length).toBeGreaterThan(20);
  });
});

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

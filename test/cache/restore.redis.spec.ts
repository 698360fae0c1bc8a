import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { createDatabase, execute, type TestDatabase, testServer } from '../support/database.js';
import { type Redis, startRedis } from '../support/redis.js';
import { ALWAYS } from '../support/rows.js';

const MALL = 'berlin-mall';
const SCHEMA = 'tenant_berlin_mall';
const LIVE = '/campaign-events/live';

/** The statement of the operations guide that gives a restored database its new epochs. */
const RENEW = statementOf(readFileSync('docs/operations.md', 'utf8'));

describe('a database that was restored as the operations guide says', () => {
  let redis: Redis;
  let database: TestDatabase;
  let atrium: Atrium;
  beforeAll(async () => {
    redis = await startRedis();
    database = await createDatabase();
    atrium = await start();
  });
  afterAll(async () => {
    await atrium.close();
    await database.remove();
    await redis.kill();
  });

  it('is not mixed up with what pods, Redis and phones remember of the revisions that were lost', async () => {
    await create('kept');
    await create('lost');
    expect(await live()).toMatchObject({ status: 200, names: ['kept', 'lost'] });
    const { etag } = await live();

    // The embedded database is restored while nobody runs; on a server the pods stay.
    if (!testServer()) await atrium.close();
    for (const statement of [
      `DELETE FROM "${SCHEMA}"."EventCampaigns" WHERE "Name" = 'lost'`,
      `DELETE FROM "${SCHEMA}"."Changes" WHERE "Revision" = 2`,
      `UPDATE "${SCHEMA}"."Revision" SET "Value" = 1`,
      RENEW,
    ])
      await execute(database, SCHEMA, statement);
    if (testServer()) await delay(1_000);
    else atrium = await start();

    expect(await live({ 'if-none-match': etag })).toMatchObject({ status: 200, names: ['kept'] });
    await create('new'); // under the same number as what was lost
    expect(await live({ 'if-none-match': etag })).toMatchObject({ status: 200, names: ['kept', 'new'] });
  });

  function start(): Promise<Atrium> {
    return startAtrium({ DATABASE_URL: database.url, REDIS_URL: redis.url, REVISION_POLL_MS: '200' });
  }

  async function create(name: string): Promise<void> {
    expect((await atrium.call(MALL, 'POST', '/campaign-events', { name, ...ALWAYS })).status).toBe(201);
  }

  async function live(given: Record<string, string> = {}) {
    const { status, headers, body } = await atrium.call<{ name: string }[] | ''>(MALL, 'GET', LIVE, undefined, given);
    const names = body === '' ? [] : body.map(({ name }) => name);
    return { status, names, etag: headers.get('etag') ?? '' };
  }
});

function statementOf(guide: string): string {
  const [, onServer] = /```sql\n([^`]*Epoch[^`]*)```/.exec(guide) ?? [];
  const [, embedded] = /exec\('(UPDATE [^']*Epoch[^']*)'\)/.exec(guide) ?? [];
  const statement = testServer() ? onServer : embedded;
  if (!statement) throw new Error('docs/operations.md has no statement that renews the epoch');
  return statement;
}

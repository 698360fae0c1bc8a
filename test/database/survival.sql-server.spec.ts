import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { type Atrium, NOBODY, startAtrium } from '../support/atrium.js';
import { createDatabase, type TestDatabase, testServer } from '../support/database.js';
import { type Fault, FaultProxy } from '../support/fault-proxy.js';
import { within } from '../support/patience.js';
import { ALWAYS } from '../support/rows.js';

const MALL = 'berlin-mall';

/** A fault, and whether the database can answer nothing while it lasts, or answers some and late. */
const FAULTS: [Fault, 'nothing' | 'some'][] = [
  ['refusing', 'nothing'],
  ['down', 'nothing'],
  ['cut', 'nothing'],
  ['slow', 'some'],
  ['flapping', 'some'],
];

/** In which what is in memory is read, though the database may have to be asked after in vain. */
const PROMPT_MS = 3_000;
/** In which nobody is left without an answer: the time limit of a statement, and a moment. */
const PATIENCE_MS = 20_000;
/** After the server's return. */
const RECOVERY_MS = 5_000;

/** Each cell of the row "database" in the survival table of docs/operations.md. */
describe.each(FAULTS)('with the database %s', (fault, answers) => {
  let database: TestDatabase;
  let proxy: FaultProxy;
  let atrium: Atrium;
  let warm: number;
  let cold: number;
  /** Rows that were written while the fault lasted, and acknowledged. */
  const acknowledged: string[] = [];
  const allowed = (done: number): number[] => (answers === 'some' ? [done, 503] : [503]);

  beforeAll(async () => {
    const server = testServer();
    if (!server) throw new Error('TEST_DATABASE_URL is not set');
    database = await createDatabase();
    proxy = await FaultProxy.start(server.port, server.host);
    const url = new URL(database.url);
    url.host = `127.0.0.1:${proxy.port}`;
    atrium = await startAtrium({ DATABASE_URL: url.href, LOG_LEVEL: 'fatal', REVISION_POLL_MS: '500' });
    const create = async (name: string): Promise<number> =>
      (await atrium.call(MALL, 'POST', '/campaign-events', { name, ...ALWAYS })).body.id;
    warm = await create('warm');
    cold = await create('cold');
    await atrium.call(MALL, 'GET', '/campaign-events/live');
    await atrium.call(MALL, 'GET', `/campaign-events/${warm}`);
    await proxy.inject(fault);
    await delay(50);
  }, 120_000);
  afterAll(async () => {
    await proxy.inject('none');
    await atrium.close();
    await proxy.close();
    await database.remove();
  }, 120_000);

  it('what is in memory is read, computed for now', async () => {
    const untilMs = performance.now() + 4_000; // well beyond the time for which a revision is believed
    while (performance.now() < untilMs) {
      for (const path of ['/campaign-events/live', `/campaign-events/${warm}`]) {
        const { status, headers } = await within(PROMPT_MS, atrium.call(MALL, 'GET', path));
        expect(status).toBe(200);
        const origins = ['memory', 'stale', ...(answers === 'some' ? ['database'] : [])];
        expect(origins).toContain(headers.get('x-cache'));
      }
      await delay(100);
    }
  });

  it('what is not in memory gets 503 with Retry-After, rather than no answer', async () => {
    for (const path of [`/campaign-events/${cold}`, '/campaign-events?sort=-id']) {
      const answer = await within(PATIENCE_MS, atrium.call(MALL, 'GET', path));
      expect(allowed(200)).toContain(answer.status);
      expect(answer.headers.get('retry-after')).toBe(answer.status === 503 ? '5' : null);
    }
  }, 60_000);

  it('a write gets 503 with Retry-After, unless it is done', async () => {
    for (const name of ['first', 'second']) {
      const answer = await within(PATIENCE_MS, atrium.call(MALL, 'POST', '/campaign-events', { name, ...ALWAYS }));
      expect(allowed(201)).toContain(answer.status);
      expect(answer.headers.get('retry-after')).toBe(answer.status === 503 ? '5' : null);
      if (answer.status === 201) acknowledged.push(name);
    }
  }, 60_000);

  it('says that it is alive and ready, and that the database is away', async () => {
    for (const path of ['/health/live', '/health/ready']) {
      expect((await within(PROMPT_MS, atrium.call(NOBODY, 'GET', path))).status).toBe(200);
    }
    const { status } = await within(PROMPT_MS, atrium.call(NOBODY, 'GET', '/health'));
    expect(allowed(200)).toContain(status);
  });

  it('once it is mended, all is served, and what was acknowledged is there', async () => {
    await proxy.inject('none');
    const untilMs = performance.now() + RECOVERY_MS;
    for (;;) {
      const { status } = await atrium.call(MALL, 'POST', '/campaign-events', { name: 'after', ...ALWAYS });
      if (status === 201) break;
      expect(status).toBe(503);
      if (performance.now() > untilMs) throw new Error(`It was not served again within ${RECOVERY_MS} ms`);
      await delay(100);
    }
    const { status, body } = await atrium.call<{ name: string }[]>(MALL, 'GET', '/campaign-events/live');
    expect(status).toBe(200);
    expect(body.map(({ name }) => name)).toEqual(expect.arrayContaining([...acknowledged, 'after']));
    while ((await atrium.call(NOBODY, 'GET', '/health')).status !== 200) {
      if (performance.now() > untilMs) throw new Error('It goes on saying that the database is away');
      await delay(100);
    }
  }, 60_000);
});

import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SqlServerUrl } from '../../src/config/sql-server-url.js';
import type { Change } from '../../src/change/change.entity.js';
import { derive, type ScheduleRow, takeBack, type WireRow } from '../../src/webhook/derivation.js';
import { TENANTS } from '../support/atrium.js';
import { connectTo, createDatabase, type TestDatabase } from '../support/database.js';
import { type AtriumProcess, endProcess, startProcess } from '../support/process.js';
import { Receiver } from '../support/receiver.js';
import { listAll, listChanges } from '../support/rows.js';

const MALL = 'berlin-mall';
const SECONDS_OF_WRITES = 30;
const iso = (ms: number) => new Date(ms).toISOString();

/**
 * Three pods on one database, without Redis. One is killed and another one is frozen past its lease, while all of them
 * write, and rows start and end.
 */
describe('three pods, one killed and one frozen', () => {
  let database: TestDatabase;
  let receiver: Receiver;
  const pods: AtriumProcess[] = [];
  beforeAll(async () => {
    database = await createDatabase();
    receiver = await Receiver.start();
    const environment = {
      DATABASE_URL: database.url,
      DATABASE_MIGRATE: 'true',
      TENANTS: JSON.stringify(TENANTS),
      WEBHOOK_ALLOW_PRIVATE: 'true',
      LOG_LEVEL: 'error',
    };
    for (let index = 0; index < 3; index++) pods.push(await startProcess(environment));
  }, 240_000);
  afterAll(async () => {
    for (const pod of pods) pod.child.kill('SIGCONT');
    await Promise.all(pods.map((pod) => endProcess(pod, 'SIGKILL')));
    receiver.close();
    await database.remove();
  }, 60_000);

  it('tell everything that happened, in order for each row', async () => {
    const [first, second, third] = pods as [AtriumProcess, AtriumProcess, AtriumProcess];
    const made = await first.call<{ id: number; createdOn: string }>(MALL, 'POST', '/webhooks', { url: receiver.url });
    expect(made.status).toBe(201);
    receiver.answer = async (_, response) => {
      await delay(Math.random() * 50);
      response.writeHead(Math.random() < 0.1 ? 503 : 204).end();
    };
    const writers = new Set(pods);
    const writing = write(writers, Date.now() + SECONDS_OF_WRITES * 1_000);
    await delay(6_000);
    writers.delete(first);
    await delay(200); // its last write is answered, so that it is known what was written
    first.child.kill('SIGKILL');
    await delay(4_000);
    writers.delete(second);
    await delay(200);
    second.child.kill('SIGSTOP');
    await delay(20_000);
    second.child.kill('SIGCONT');
    await writing;

    const expected = await expectedMessages(database, third, Date.parse(made.body.createdOn));
    const ids = new Set(expected.map(({ id }) => id));
    await receiver.until(({ received }) => new Set(received.map(({ id }) => id)).size >= ids.size, 90);
    await delay(3_000);
    const told = new Map(receiver.received.toReversed().map(({ id, body }) => [id, body.type]));
    expect([...told.keys()].toSorted()).toEqual([...ids].toSorted());
    const firstOf = new Map<string, number>();
    for (const [place, { id }] of receiver.received.entries()) if (!firstOf.has(id)) firstOf.set(id, place);
    for (const messages of Map.groupBy(expected, ({ subject }) => subject).values()) {
      const places = messages.map(({ id }) => firstOf.get(id)!);
      expect(places).toEqual(places.toSorted((one, other) => one - other));
    }
  }, 240_000);
});

/** Creates, changes and deletes campaigns that start and end within the next seconds. */
async function write(pods: ReadonlySet<AtriumProcess>, untilMs: number): Promise<void> {
  const ids: number[] = [];
  for (let count = 0; Date.now() < untilMs; count++) {
    const all = [...pods];
    const pod = all[count % all.length]!;
    const startMs = Date.now() + Math.random() * 6_000 - 1_000;
    const period = { startDate: iso(startMs), endDate: iso(startMs + Math.random() * 6_000) };
    const id = ids[Math.floor(Math.random() * ids.length)];
    const kind = count % 4;
    if (kind < 2 || id === undefined) {
      const events = [{ name: 'Event', ...period }];
      const { body } = await pod.call(MALL, 'POST', '/campaign-events', {
        name: `Campaign ${count}`,
        ...period,
        events,
      });
      ids.push(body.id);
    } else if (kind === 2) {
      const status = count % 8 === 2 ? 'cancelled' : 'published';
      await pod.call(MALL, 'PATCH', `/campaign-events/${id}`, { name: `Changed ${count}`, status });
    } else {
      await pod.call(MALL, 'DELETE', `/campaign-events/${id}`);
      ids.splice(ids.indexOf(id), 1);
    }
    await delay(150);
  }
}

/** As the changes and the rows tell it, without looking at what was delivered. */
async function expectedMessages(database: TestDatabase, pod: AtriumProcess, sinceMs: number) {
  await delay(8_000); // until nothing starts or ends any more
  const epoch = await epochOf(database);
  const told = (await listChanges(pod, MALL)) as unknown as Change[];
  const changes = told.map((change) => ({ ...change, at: new Date(change.at) }));
  const rows: ScheduleRow[] = [
    ...(await listAll(pod, MALL, '/campaign-events')).map((row) => ({
      resource: 'campaign' as const,
      row: row as unknown as WireRow,
    })),
    ...(await listAll(pod, MALL, '/events')).map((row) => ({
      resource: 'event' as const,
      row: row as unknown as WireRow,
    })),
  ];
  const after = changes.filter(({ revision }) => revision > 1);
  const cursor = { revision: 1, atMs: sinceMs };
  return derive({ epoch, cursor, changes: after, rows: takeBack(rows, after), nowMs: Date.now() }).messages;
}

async function epochOf({ url }: TestDatabase): Promise<string> {
  const pool = await connectTo(SqlServerUrl.parse(url)!);
  const { recordset } = await pool.query<{ Epoch: string }>('SELECT "Epoch" FROM "tenant_berlin_mall"."Revision"');
  await pool.close();
  return recordset[0]!.Epoch;
}

import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mssql from 'mssql';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { malls } from '../support/cli.js';
import { connectTo, createDatabase, nameOf, type TestDatabase, testServer } from '../support/database.js';

const POOL_MAX = 8;
const CLIENTS = 50;
const TENANTS = malls(200);

describe('the connection pool', () => {
  let database: TestDatabase;
  let atrium: Atrium;
  let watcher: mssql.ConnectionPool;

  beforeAll(async () => {
    const server = testServer();
    if (!server) throw new Error('TEST_DATABASE_URL is not set');
    database = await createDatabase();
    atrium = await startAtrium({
      DATABASE_URL: database.url,
      TENANTS: JSON.stringify(TENANTS),
      DATABASE_POOL_MAX: String(POOL_MAX),
    });
    watcher = await connectTo(server, 'master', 1);
  }, 300_000);
  afterAll(async () => {
    await watcher.close();
    await atrium.close();
    await database.remove();
  });

  it('never grows past DATABASE_POOL_MAX, and never mixes tenants, with 200 tenants and 50 clients', async () => {
    const counts: number[] = [];
    const stop = new AbortController();
    const watching = (async () => {
      while (!stop.signal.aborted) {
        counts.push(await sessions());
        await setTimeout(20);
      }
    })();
    // Every tenant is written once and read four times, in an order that no two runs share.
    const work = TENANTS.flatMap(({ id }) => [id, id, id, id, id])
      .map((id) => ({ id, at: Math.random() }))
      .toSorted((a, b) => a.at - b.at)
      .values();
    const written = new Set<string>();
    const wrong: string[] = [];
    const client = async () => {
      for (const { id } of work) {
        const isFirst = !written.has(id);
        written.add(id);
        const { status, body } = isFirst ? await create(id) : await atrium.call(id, 'GET', '/campaign-events?name=of');
        if (status !== (isFirst ? 201 : 200)) wrong.push(`${id} was answered ${status}`);
        for (const { name } of body.items ?? []) if (name !== `of ${id}`) wrong.push(`${id} was shown one ${name}`);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    stop.abort();
    await watching;
    const most = Math.max(...counts);
    expect(wrong).toEqual([]);
    console.log(`200 tenants, 50 clients: ${most} sessions on the server at most, DATABASE_POOL_MAX=${POOL_MAX}`);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(POOL_MAX);
    for (const { id } of TENANTS) {
      const { body } = await atrium.call(id, 'GET', '/changes');
      expect(body.items).toHaveLength(1);
    }
  }, 300_000);

  it('leaves other tenants their share of connections while one is flooded with reads', async () => {
    const stop = new AbortController();
    const flood: number[] = [];
    const flooding = Array.from({ length: 60 }, async () => {
      while (!stop.signal.aborted) flood.push(await timed('mall-1'));
    });
    await setTimeout(500);
    const others: number[] = [];
    for (let read = 0; read < 20; read++) others.push(await timed('mall-2'));
    stop.abort();
    await Promise.all(flooding);
    console.log(`median read: ${median(others)} ms beside the flood, ${median(flood)} ms within it`);
    expect(median(others)).toBeLessThan(median(flood) / 2);
  }, 60_000);

  async function timed(tenant: string): Promise<number> {
    const started = performance.now();
    const { status } = await atrium.call(tenant, 'GET', '/changes');
    expect(status).toBe(200);
    return performance.now() - started;
  }

  function create(id: string) {
    const campaign = { name: `of ${id}`, startDate: '2026-01-01T00:00:00Z', endDate: '2999-01-01T00:00:00Z' };
    return atrium.call(id, 'POST', '/campaign-events', campaign);
  }

  async function sessions(): Promise<number> {
    const { recordset } = await watcher.query<{ sessions: number }>(
      `SELECT COUNT(session_id) AS "sessions" FROM sys.dm_exec_sessions WHERE database_id = DB_ID('${nameOf(database)}')`,
    );
    return recordset[0]?.sessions ?? 0;
  }
});

function median(values: number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);
}

import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import mssql from 'mssql';
import { type Answer, type Atrium, startAtrium } from '../support/atrium.js';
import { malls } from '../support/cli.js';
import { connectTo, createDatabase, nameOf, type TestDatabase, testServer } from '../support/database.js';
import { FaultProxy } from '../support/fault-proxy.js';

const TENANTS = malls(8);
const server = testServer();

describe('a database that fails', () => {
  let database: TestDatabase;
  let proxy: FaultProxy;
  let atrium: Atrium;
  let master: mssql.ConnectionPool;
  let load: Load;

  beforeAll(async () => {
    if (!server) throw new Error('TEST_DATABASE_URL is not set');
    database = await createDatabase();
    proxy = await FaultProxy.start(server.port, server.host);
    const url = new URL(database.url);
    url.host = `127.0.0.1:${proxy.port}`;
    atrium = await startAtrium({
      DATABASE_URL: url.href,
      DATABASE_POOL_MAX: '4', // few enough for every one of them to be in use all the time
      TENANTS: JSON.stringify(TENANTS),
      LOG_LEVEL: 'fatal',
    });
    master = await connectTo(server, 'master', 1);
  }, 120_000);
  afterAll(async () => {
    await master.close();
    await atrium.close();
    await proxy.close();
    await database.remove();
  });
  beforeEach(() => {
    load = new Load(atrium);
  });

  it('costs no acknowledged write and no wrong answer when every session is killed, again and again', async () => {
    load.start();
    let killed = 0;
    for (let round = 0; round < 6; round++) {
      await setTimeout(1_000);
      killed += await killSessions();
    }
    const recoveredMs = await load.stopAfter(5_000);
    console.log(`${killed} sessions killed: ${load.summary}; last 503 ${recoveredMs.toFixed()} ms after the last kill`);
    expect(killed).toBeGreaterThan(8);
    expect(recoveredMs).toBeLessThan(5_000);
    await load.verify();
  }, 120_000);

  it('answers 503 with Retry-After while the server is away, and everything within 5 s of its return', async () => {
    load.start();
    await setTimeout(1_000);
    await proxy.inject('refusing');
    await setTimeout(4_000);
    await proxy.inject('none');
    const recoveredMs = await load.stopAfter(6_000);
    console.log(`server away for 4 s: ${load.summary}; last 503 ${recoveredMs.toFixed()} ms after its return`);
    expect(load.statuses.get(503)).toBeGreaterThan(0);
    expect(recoveredMs).toBeLessThan(5_000);
    await load.verify();
  }, 120_000);

  it('answers 503, mostly within 10 s and always within 20 s, when every connection is stuck', async () => {
    expect((await atrium.call('mall-1', 'GET', '/campaign-events?name=stuck')).status).toBe(200);
    await proxy.inject('down');
    const started = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 40 }, () =>
        atrium
          .call('mall-1', 'GET', '/campaign-events?name=stuck')
          .then(({ status }) => ({ status, ms: performance.now() - started })),
      ),
    );
    await proxy.inject('none');
    expect(answers.filter(({ ms }) => ms < 10_000).length).toBeGreaterThanOrEqual(30);
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(20_000);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    await setTimeout(2_000);
    expect((await atrium.call('mall-1', 'GET', '/campaign-events?name=stuck')).status).toBe(200);
  }, 120_000);

  it('repeats a write that the server chose as the victim of a deadlock', async () => {
    if (!server) throw new Error('TEST_DATABASE_URL is not set');
    const campaign = { name: 'Old', startDate: '2026-01-01T00:00:00Z', endDate: '2026-02-01T00:00:00Z' };
    const { body } = await atrium.call('mall-2', 'POST', '/campaign-events', campaign);
    const { id } = body;
    const other = await connectTo(server, nameOf(database), 1);
    const transaction = other.transaction();
    await transaction.begin();
    await transaction
      .request()
      .batch('SET DEADLOCK_PRIORITY HIGH')
      .catch(() => undefined);
    await transaction
      .request()
      .query(`UPDATE "tenant_mall_2"."EventCampaigns" SET "Name" = 'Theirs' WHERE "Id" = ${id}`);
    const patched = atrium.call('mall-2', 'PATCH', `/campaign-events/${id}`, { name: 'Ours' });
    await setTimeout(600); // it holds the revision by now and waits for the campaign
    await transaction.request().query('UPDATE "tenant_mall_2"."Revision" SET "Value" = "Value" WHERE "Id" = 1');
    await transaction.commit();
    await other.close();
    expect(await patched).toMatchObject({ status: 200, body: { name: 'Ours' } });
  }, 60_000);

  async function killSessions(): Promise<number> {
    const { recordset } = await master.query<{ id: number }>(
      `SELECT session_id AS "id" FROM sys.dm_exec_sessions WHERE session_id IS NOT NULL AND database_id = DB_ID('${nameOf(database)}')`,
    );
    for (const { id } of recordset) await master.query(`KILL ${id}`).catch(() => undefined); // gone by itself
    return recordset.length;
  }
});

/** Clients that write and read all tenants, and know what they were told. */
class Load {
  readonly statuses = new Map<number, number>();
  private readonly acknowledged = new Map<string, { tenant: string; id: number }>();
  private readonly wrong: string[] = [];
  private clients: Promise<void>[] = [];
  private running = true;
  private lastFailureMs = 0;
  private count = 0;

  constructor(private readonly atrium: Atrium) {}

  start(): void {
    this.clients = TENANTS.flatMap(({ id }) => [this.write(id), this.read(id), this.read(id)]);
  }

  /** Goes on for so long; how long of it there were failures. */
  async stopAfter(ms: number): Promise<number> {
    const started = performance.now();
    await setTimeout(ms);
    this.running = false;
    await Promise.all(this.clients);
    return Math.max(0, this.lastFailureMs - started);
  }

  get summary(): string {
    return `${this.acknowledged.size} writes acknowledged, answers ${JSON.stringify(Object.fromEntries(this.statuses))}`;
  }

  async verify(): Promise<void> {
    expect(this.wrong).toEqual([]);
    expect([...this.statuses.keys()].filter((status) => ![200, 201, 503].includes(status))).toEqual([]);
    for (const { id: tenant } of TENANTS) {
      const stored = await this.all(tenant, '/campaign-events?limit=200');
      const names = stored.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length); // none was written twice
      const promised = [...this.acknowledged].filter(([, write]) => write.tenant === tenant).map(([name]) => name);
      expect(promised.filter((name) => !names.includes(name))).toEqual([]);
      const changes = await this.all(tenant, '/changes?limit=200');
      expect(changes.map(({ revision }) => revision)).toEqual(changes.map((_, index) => index + 1));
    }
  }

  private async write(tenant: string): Promise<void> {
    while (this.running) {
      const name = `${tenant} ${this.count++} ${Math.random()}`;
      const body = { name, startDate: '2026-01-01T00:00:00Z', endDate: '2026-02-01T00:00:00Z' };
      const answer = await this.ask(tenant, 'POST', '/campaign-events', body);
      if (answer.status === 201) this.acknowledged.set(name, { tenant, id: answer.body.id });
    }
  }

  private async read(tenant: string): Promise<void> {
    while (this.running) {
      const own = [...this.acknowledged].filter(([, write]) => write.tenant === tenant);
      const [name, write] = own[Math.floor(Math.random() * own.length)] ?? [];
      const { status, body } = await this.ask(tenant, 'GET', `/campaign-events/${write?.id ?? 0}`);
      if (name && status === 200 && body.name !== name) this.wrong.push(`${tenant}: ${name} became ${body.name}`);
      if (name && status === 404) this.wrong.push(`${tenant}: ${name} is gone`);
      await setTimeout(5);
    }
  }

  private async ask(tenant: string, method: string, path: string, body?: object) {
    const answer = await this.atrium.call(tenant, method, path, body);
    const isEmpty = answer.status === 404 && path.endsWith('/0'); // nothing is written yet
    if (!isEmpty) this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
    if (answer.status === 503) {
      this.lastFailureMs = performance.now();
      if (!answer.headers.get('retry-after')) this.wrong.push('503 without Retry-After');
      await setTimeout(20);
    }
    return answer;
  }

  private async all(tenant: string, path: string) {
    const rows: { name: string; revision: number }[] = [];
    for (let next: string | null = ''; next !== null;) {
      const { body }: Answer<{ items: typeof rows; next: string | number | null }> = await this.atrium.call(
        tenant,
        'GET',
        path + (next === '' ? '' : `&after=${next}`),
      );
      rows.push(...body.items);
      next = body.next === null ? null : encodeURIComponent(String(body.next));
    }
    return rows;
  }
}

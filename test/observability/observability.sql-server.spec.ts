import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, NOBODY, startAtrium, TENANTS } from '../support/atrium.js';
import { Collector } from '../support/collector.js';
import { createDatabase, type TestDatabase, testServer } from '../support/database.js';
import { expectProblem } from '../support/problem.js';
import { endProcess, startProcess } from '../support/process.js';
import { FaultProxy } from '../support/fault-proxy.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

describe('on SQL Server', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.remove());

  describe('seen from outside', () => {
    let proxy: FaultProxy;
    let atrium: Atrium;
    beforeAll(async () => {
      const server = testServer();
      if (!server) throw new Error('TEST_DATABASE_URL is not set');
      proxy = await FaultProxy.start(server.port, server.host);
      const url = new URL(database.url);
      url.host = `127.0.0.1:${proxy.port}`;
      atrium = await startAtrium({ DATABASE_URL: url.href, DATABASE_POOL_MAX: '7', LOG_LEVEL: 'fatal' });
    });
    afterAll(async () => {
      await proxy.inject('none');
      await atrium.close();
      await proxy.close();
    });

    it('the pool of connections is measured', async () => {
      const { body } = await atrium.call<string>(NOBODY, 'GET', '/metrics');
      expect(body).toMatch(/^atrium_database_pool_max 7$/m);
      expect(body).toMatch(/^atrium_database_pool_waiting 0$/m);
      for (const state of ['used', 'idle'])
        expect(body).toMatch(new RegExp(`^atrium_database_pool_connections\\{state="${state}"\\} [0-7]$`, 'm'));
    });

    it('a database that hangs is reported in time, and neither kills the pod nor takes it out', async () => {
      await proxy.inject('down');
      await new Promise((resolve) => {
        setTimeout(resolve, 1_100); // what was asked a moment ago is no news
      });
      const askedMs = performance.now();
      expectProblem(await atrium.call(NOBODY, 'GET', '/health'), 503, 'unhealthy');
      expect(performance.now() - askedMs).toBeLessThan(3_000);
      for (const path of ['/health/live', '/health/ready'])
        expect((await atrium.call(NOBODY, 'GET', path)).status).toBe(200);
    });
  });

  it('a trace leads from the request to the statements it caused', async () => {
    const collector = await Collector.start();
    const environment = { DATABASE_URL: database.url, DATABASE_MIGRATE: 'true', TENANTS: JSON.stringify(TENANTS) };
    const atrium = await startProcess({ ...environment, ...collector.environment });
    await atrium.call('berlin-mall', 'GET', '/events?limit=3', undefined, {
      traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
      authorization: '',
    });
    const statements = () =>
      collector.spans.filter(
        ({ traceId, attributes }) =>
          traceId === TRACE && attributes.some(({ key }) => /^db\.(system|system\.name)$/.test(key)),
      );
    await collector.until(() => statements().length > 0);
    await endProcess(atrium);
    collector.close();
    expect(statements().length).toBeGreaterThan(0);
  });
});

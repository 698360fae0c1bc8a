import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Revision } from '../../src/revision/revision.entity.js';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { runAs } from '../../src/tenancy/tenant-context.js';
import { type Atrium, callerHeaders, NOBODY, startAtrium } from '../support/atrium.js';
import { createCampaign } from '../support/rows.js';

const MALL = 'berlin-mall';
const NO_TOKEN = { authorization: '' };

/** Alerts and dashboards are written against these. */
const NAMES = [
  'atrium_build_info',
  'atrium_ready',
  'atrium_http_requests_under_way',
  'atrium_http_request_duration_seconds_bucket',
  'atrium_http_request_duration_seconds_sum',
  'atrium_http_request_duration_seconds_count',
  'atrium_cache_reads_total',
  'atrium_cache_loads_total',
  'atrium_cache_memory_bytes',
  'atrium_cache_memory_entries',
  'atrium_revision_lag_seconds',
  'atrium_database_up',
  'atrium_tenants',
  'atrium_tenants_behind',
  'atrium_tenants_failing',
  'atrium_tenants_quarantined',
  'atrium_writes_total',
  'atrium_rate_limited_total',
  'nodejs_eventloop_lag_p99_seconds',
  'process_resident_memory_bytes',
];

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

describe('the metrics', () => {
  let atrium: Atrium;
  afterEach(() => atrium.close());

  async function samples(url = atrium.url): Promise<Sample[]> {
    const text = await (await fetch(`${url}/metrics`)).text();
    return text.split('\n').flatMap((line) => {
      const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (name === undefined) return [];
      const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', text = '']) => [key, text] as const);
      return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
    });
  }

  async function valueOf(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
    const wanted = Object.entries(labels);
    const found = await samples();
    return found.find((sample) => sample.name === name && wanted.every(([key, text]) => sample.labels[key] === text))
      ?.value;
  }

  function read(path: string, tenant = MALL) {
    return atrium.call(tenant, 'GET', path, undefined, NO_TOKEN);
  }

  it('bear every name that alerts are written against, and none of what is not there', async () => {
    atrium = await startAtrium();
    await createCampaign(atrium, MALL);
    await read('/campaign-events/live');
    const names = new Set((await samples()).map(({ name }) => name));
    expect(NAMES.filter((name) => !names.has(name))).toEqual([]);
    const absent = ['atrium_backplane_connected', 'atrium_redis_circuit_open', 'atrium_tenant_requests_total'];
    expect(absent.filter((name) => names.has(name))).toEqual([]);
  });

  it('say of this pod that it is ready, has its database, and which build it is', async () => {
    atrium = await startAtrium();
    expect(await valueOf('atrium_ready')).toBe(1);
    expect(await valueOf('atrium_database_up')).toBe(1);
    expect(await valueOf('atrium_build_info', { node: process.version })).toBe(1);
    expect(await valueOf('atrium_tenants', { status: 'active' })).toBe(2);
    expect(await valueOf('atrium_tenants', { status: 'suspended' })).toBe(0);
  });

  it('count every read, those of the fast path too, by route and by where the answer came from', async () => {
    atrium = await startAtrium();
    const { id } = await createCampaign(atrium, MALL);
    const READS = 10;
    const etags = [];
    for (let round = 0; round < READS; round++) etags.push((await read(`/campaign-events/${id}`)).headers.get('etag'));
    await atrium.call(MALL, 'GET', `/campaign-events/${id}`, undefined, {
      ...NO_TOKEN,
      'if-none-match': etags[0] ?? '',
    });
    const count = 'atrium_http_request_duration_seconds_count';
    const route = '/campaign-events/{id}';
    expect(await valueOf(count, { method: 'GET', route, status: '200' })).toBe(READS);
    expect(await valueOf(count, { method: 'GET', route, status: '304' })).toBe(1);
    expect(await valueOf(count, { method: 'POST', route: '/campaign-events', status: '201' })).toBe(1);
    expect(await valueOf('atrium_cache_reads_total', { layer: 'memory' })).toBe(READS);
    expect(await valueOf('atrium_cache_reads_total', { layer: 'database' })).toBe(1);
    expect(await valueOf('atrium_cache_loads_total', { result: 'loaded' })).toBe(1);
    expect(await valueOf('atrium_cache_memory_entries')).toBe(1);
    expect(await valueOf('atrium_cache_memory_bytes')).toBeGreaterThan(100);
    expect(await valueOf('atrium_writes_total', { result: 'done' })).toBe(1);
  });

  it('count a client that leaves before it has its answer, and do not keep its request', async () => {
    atrium = await startAtrium({ METRICS_BY_TENANT: 'true' });
    await createCampaign(atrium, MALL);
    const count = 'atrium_http_request_duration_seconds_count';
    const route = '/campaign-events/{id}';
    const inFlight = 'atrium_http_requests_under_way';
    expect(await valueOf(inFlight)).toBe(1); // the one that asks
    await whileWritesWait(async () => {
      const patience = new AbortController();
      const left = fetch(`${atrium.url}/campaign-events/0`, {
        method: 'PATCH',
        headers: { ...callerHeaders(MALL), 'content-type': 'application/json' },
        body: '{"name":"Nobody waits for it"}',
        signal: patience.signal,
      });
      await until(async () => (await valueOf(inFlight)) === 2);
      patience.abort();
      await expect(left).rejects.toThrow('aborted');
      await until(async () => (await valueOf(inFlight)) === 1);
    });
    expect(await valueOf(count, { method: 'PATCH', route, status: '499' })).toBe(1);
    expect(await valueOf('atrium_tenant_requests_total', { tenant: MALL, status: '4xx' })).toBe(1);
    await until(async () => (await valueOf('atrium_writes_total', { result: 'done' })) === 2); // it was written all the same
    expect(await valueOf(inFlight)).toBe(1);
    expect(await valueOf(count, { method: 'PATCH', route })).toBe(1);
  });

  /** Meanwhile another writer of the tenant is at work. */
  async function whileWritesWait(work: () => Promise<void>): Promise<void> {
    const tenant = atrium.app.get(Catalogue).find(MALL);
    if (!tenant) throw new Error(`The tests need the tenant ${MALL}`);
    await runAs({ tenant }, () =>
      atrium.app.get(TenantDatabase).write(async (manager) => {
        await manager.increment(Revision, { id: 1 }, 'value', 0);
        await work();
      }),
    );
  }

  it('are a histogram as Prometheus wants it: buckets that grow, the last as large as the count', async () => {
    atrium = await startAtrium();
    for (let round = 0; round < 20; round++) await read('/events/live');
    const ofRoute = (await samples()).filter(({ labels }) => labels['route'] === '/events/live');
    const buckets = ofRoute.filter(({ name }) => name.endsWith('_bucket'));
    expect(buckets.map(({ labels }) => labels['le'])).toEqual(
      '0.0005 0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 +Inf'.split(' '),
    );
    const values = buckets.map(({ value }) => value);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(values.at(-1)).toBe(20);
    expect(ofRoute.find(({ name }) => name.endsWith('_sum'))?.value).toBeGreaterThan(0);
  });

  it('never hold what a caller sent: neither ids, paths, queries nor made-up tenants', async () => {
    atrium = await startAtrium({ METRICS_BY_TENANT: 'true' });
    for (let n = 1_000; n < 1_030; n++) {
      for (const path of [`/events/${n}`, `/events/${n}?x=${n}`, `/no/such/${n}`, `/campaign-events/${n}/events`]) {
        await read(path);
        await read(path, `made-up-${n}`);
      }
    }
    const all = await samples();
    expect(all.filter(({ labels }) => /\b10[0-2]\d\b|made-up/.test(JSON.stringify(labels)))).toEqual([]);
    const routes = all.filter(({ name }) => name.endsWith('_count')).map(({ labels }) => labels['route']);
    expect(new Set(routes.filter(Boolean))).toEqual(
      new Set(['unmatched', '/events/{id}', '/campaign-events/{id}/events']),
    );
  });

  it('by tenant are there when asked for, and beyond the limit together', async () => {
    const tenants = Array.from({ length: 5 }, (_, n) => ({ id: `mall-${n}`, name: 'Mall', timeZone: 'UTC' }));
    atrium = await startAtrium({
      METRICS_BY_TENANT: 'true',
      METRICS_TENANTS_MAX: '2',
      TENANTS: JSON.stringify(tenants),
    });
    for (const { id } of tenants) for (let round = 0; round < 3; round++) await read('/events/live', id);
    await read('/events/7', 'mall-0');
    await read('/events/7', 'mall-4');
    const series = (await samples()).filter(({ name }) => name === 'atrium_tenant_requests_total');
    expect(series.map(({ labels, value }) => `${labels['tenant']} ${labels['status']} ${value}`).toSorted()).toEqual([
      'mall-0 2xx 3',
      'mall-0 4xx 1',
      'mall-1 2xx 3',
      'other 2xx 9',
      'other 4xx 1',
    ]);
  });

  it('count what was refused for asking too often, on the fast path and behind it', async () => {
    atrium = await startAtrium({ RATE_LIMIT: '1' });
    for (let round = 0; round < 6; round++) await read('/events/live');
    expect(await valueOf('atrium_rate_limited_total')).toBeGreaterThanOrEqual(4);
  });

  it('tell how long ago the revision of a tenant in use was confirmed', async () => {
    atrium = await startAtrium({ REVISION_POLL_MS: '600000' });
    expect(await valueOf('atrium_revision_lag_seconds')).toBe(0);
    await read('/events/live');
    atrium.clock.setMs = Date.now() + 60_000;
    expect(await valueOf('atrium_revision_lag_seconds')).toBeCloseTo(60, 0);
  });

  it('lie on a port of their own when there is one, and nothing else does', async () => {
    const port = await freePort();
    atrium = await startAtrium({ METRICS_PORT: String(port) });
    const own = `http://127.0.0.1:${port}`;
    expect((await samples(own)).map(({ name }) => name)).toContain('atrium_ready');
    expect((await atrium.call(NOBODY, 'GET', '/metrics')).status).toBe(404);
    expect((await atrium.call(NOBODY, 'GET', '/health')).status).toBe(200);
    for (const path of ['/health', '/campaign-events/live']) expect((await fetch(own + path)).status).toBe(404);
  });

  it('are not there with METRICS=false', async () => {
    atrium = await startAtrium({ METRICS: 'false' });
    expect((await atrium.call(NOBODY, 'GET', '/metrics')).status).toBe(404);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; !(await condition()); attempt++) {
    if (attempt > 200) throw new Error('It did not happen');
    await delay(10);
  }
}

import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MetricsServer } from '../../src/metrics/metrics-server.js';
import { PullRegistry } from '../../src/meter/pull-registry.js';
import { METRICS_KEPT_MS } from '../../src/config/time-limits.js';
import { type Atrium, callerHeaders, NOBODY, startAtrium } from '../support/atrium.js';
import { mute, pipelined } from '../support/raw-client.js';
import { freePort } from '../support/process.js';
import { createCampaign } from '../support/rows.js';
import { whileWritesWait } from '../support/waiting-writes.js';
import { send } from '../support/wire.js';

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
  let scrapedMs = -Infinity;
  afterEach(async () => {
    scrapedMs = -Infinity;
    await atrium.close();
  });

  /** The values of this moment: waits until the last text is no longer kept. */
  async function samples(url = atrium.url): Promise<Sample[]> {
    await delay(Math.max(0, scrapedMs + METRICS_KEPT_MS + 50 - performance.now()));
    const text = await (await fetch(`${url}/metrics`)).text();
    scrapedMs = performance.now();
    return text.split('\n').flatMap((line) => {
      const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (name === undefined) return [];
      const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', text = '']) => [key, text] as const);
      return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
    });
  }

  async function valueOf(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
    return (await values())(name, labels);
  }

  /** Several values of the same moment. */
  async function values() {
    const found = await samples();
    return (name: string, labels: Record<string, string> = {}): number | undefined =>
      found.find(
        (sample) => sample.name === name && Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
      )?.value;
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
    const now = await values();
    expect(now('atrium_ready')).toBe(1);
    expect(now('atrium_database_up')).toBe(1);
    expect(now('atrium_build_info', { node: process.version })).toBe(1);
    expect(now('atrium_tenants', { status: 'active' })).toBe(2);
    expect(now('atrium_tenants', { status: 'suspended' })).toBe(0);
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
    const now = await values();
    const count = 'atrium_http_request_duration_seconds_count';
    const route = '/campaign-events/{id}';
    expect(now(count, { method: 'GET', route, status: '200' })).toBe(READS);
    expect(now(count, { method: 'GET', route, status: '304' })).toBe(1);
    expect(now(count, { method: 'POST', route: '/campaign-events', status: '201' })).toBe(1);
    expect(now('atrium_cache_reads_total', { layer: 'memory' })).toBe(READS);
    expect(now('atrium_cache_reads_total', { layer: 'database' })).toBe(1);
    expect(now('atrium_cache_loads_total', { result: 'loaded' })).toBe(1);
    expect(now('atrium_cache_memory_entries')).toBe(1);
    expect(now('atrium_cache_memory_bytes')).toBeGreaterThan(100);
    expect(now('atrium_writes_total', { result: 'done' })).toBe(1);
  });

  it('count a client that leaves before it has its answer, and do not keep its request', async () => {
    atrium = await startAtrium({ METRICS_BY_TENANT: 'true' });
    await createCampaign(atrium, MALL);
    const count = 'atrium_http_request_duration_seconds_count';
    const route = '/campaign-events/{id}';
    const inFlight = 'atrium_http_requests_under_way';
    expect(await valueOf(inFlight)).toBe(1); // the one that asks
    await whileWritesWait(atrium, MALL, async () => {
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
    const left = await values();
    expect(left(count, { method: 'PATCH', route, status: '499' })).toBe(1);
    expect(left('atrium_tenant_requests_total', { tenant: MALL, status: '4xx' })).toBe(1);
    await until(async () => (await valueOf('atrium_writes_total', { result: 'done' })) === 2); // it was written all the same
    expect(await valueOf(inFlight)).toBe(1);
    expect(await valueOf(count, { method: 'PATCH', route })).toBe(1);
  });

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

  it('share one label for methods that no route has, however many there are', async () => {
    atrium = await startAtrium();
    for (const method of ['PROPFIND', 'MKCOL', 'PURGE', 'REPORT', 'LINK', 'M-SEARCH', 'TRACE', 'QUERY'])
      await send(atrium.url, '/events/live', { method, headers: { 'x-tenant-id': MALL } });
    await read('/events/live');
    const counted = (await samples()).filter(({ name }) => name === 'atrium_http_request_duration_seconds_count');
    expect(counted.map(({ labels, value }) => `${labels['method']} ${value}`).toSorted()).toEqual([
      'GET 1',
      '_OTHER 8',
    ]);
  });

  it('are rendered once at a time, and kept for a second', async () => {
    atrium = await startAtrium();
    const registry = atrium.app.get(PullRegistry);
    let rendered = 0;
    registry.gauge('test_rendered', 'How often', () => ++rendered);
    const texts = async (count: number) => {
      const answers = Array.from({ length: count }, async () => (await fetch(`${atrium.url}/metrics`)).text());
      return new Set((await Promise.all(answers)).map((text) => /^test_rendered (\d+)$/m.exec(text)?.[1]));
    };
    expect(await texts(20)).toEqual(new Set(['1']));
    expect(await texts(20)).toEqual(new Set(['1']));
    await delay(METRICS_KEPT_MS + 100);
    expect(await texts(20)).toEqual(new Set(['2']));
  });

  it('say 500 on their own port when they cannot be read, and the process goes on', async () => {
    const port = await freePort();
    atrium = await startAtrium({ METRICS_PORT: String(port), LOG_LEVEL: 'fatal' });
    atrium.app.get(PullRegistry).gauge('test_failing', 'Fails', () => Promise.reject(new Error('It cannot be read')));
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(500);
    expect((await atrium.call(NOBODY, 'GET', '/health')).status).toBe(200);
  });

  it('have limits on their own port, too', async () => {
    const port = await freePort();
    atrium = await startAtrium({ METRICS_PORT: String(port) });
    const own = `http://127.0.0.1:${port}`;
    const server = atrium.app.get(MetricsServer)['server'];
    const main = atrium.app.getHttpServer() as Server;
    for (const limit of ['timeout', 'headersTimeout', 'requestTimeout', 'keepAliveTimeout'] as const)
      expect([limit, server[limit]]).toEqual([limit, main[limit]]);
    server.timeout = 400;
    const client = await mute(own, pipelined(1_000, '/metrics'));
    const open = () => new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
    await delay(200);
    expect(await open()).toBe(1);
    await until(async () => (await open()) === 0);
    client.destroy();
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

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; !(await condition()); attempt++) {
    if (attempt > 200) throw new Error('It did not happen');
    await delay(10);
  }
}

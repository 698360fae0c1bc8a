import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TENANTS } from './support/atrium.js';
import { type AtriumProcess, endProcess, startProcess } from './support/process.js';
import { createCampaign } from './support/rows.js';

const MALL = 'berlin-mall';

/** As much of an OTLP span as is looked at. */
interface Span {
  name: string;
  traceId: string;
  attributes: { key: string; value: Record<string, unknown> }[];
}

interface Exported {
  resourceSpans?: { resource: { attributes: unknown[] }; scopeSpans: { spans: Span[] }[] }[];
  resourceMetrics?: { scopeMetrics: { metrics: { name: string }[] }[] }[];
}

describe('traces and metrics for OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  let folder: string;
  let running: AtriumProcess | undefined;
  let collector: Server | undefined;
  let received: Exported[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atrium-tracing-'));
    received = [];
  });
  afterEach(async () => {
    if (running) await endProcess(running, 'SIGKILL');
    collector?.closeAllConnections();
    collector?.close();
    rmSync(folder, { recursive: true });
  });

  /** Takes OTLP over HTTP, as JSON. */
  async function startCollector(): Promise<string> {
    collector = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += String(chunk)));
      request.on('end', () => {
        received.push(JSON.parse(text) as Exported);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    return `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  }

  async function start(endpoint: string): Promise<AtriumProcess> {
    return (running = await startProcess({
      DATABASE_URL: `sqlite:${folder}`,
      TENANTS: JSON.stringify(TENANTS),
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_METRIC_EXPORT_INTERVAL: '400',
      OTEL_METRIC_EXPORT_TIMEOUT: '300',
    }));
  }

  function spans(): Span[] {
    return received.flatMap(({ resourceSpans = [] }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    );
  }

  function metricNames(): string[] {
    return received.flatMap(({ resourceMetrics = [] }) =>
      resourceMetrics.flatMap(({ scopeMetrics }) =>
        scopeMetrics.flatMap(({ metrics }) => metrics.map(({ name }) => name)),
      ),
    );
  }

  it('tell each request with its route, in the trace of its caller, and nothing of what it asked', async () => {
    const atrium = await start(await startCollector());
    const { id } = await createCampaign(atrium, MALL);
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const traceparent = { traceparent: `00-${traceId}-b7ad6b7169203331-01`, authorization: '' };
    for (const _ of ['the framework', 'the hot lane'])
      await atrium.call(MALL, 'GET', `/campaign-events/${id}`, undefined, traceparent);
    await until(() => spans().filter((span) => span.traceId === traceId).length === 2);

    const ofCaller = spans().filter((span) => span.traceId === traceId);
    expect(ofCaller.map(({ name }) => name)).toEqual(Array(2).fill('GET /campaign-events/{id}'));
    const route = { key: 'http.route', value: { stringValue: '/campaign-events/{id}' } };
    for (const { attributes } of ofCaller) expect(attributes).toContainEqual(route);
    expect(spans().map(({ name }) => name)).toContain('POST /campaign-events');
    expect(JSON.stringify(received)).not.toMatch(/Bearer|Black Friday/);
    const service = { key: 'service.name', value: { stringValue: 'atrium' } };
    expect(received.flatMap(({ resourceSpans = [] }) => resourceSpans)[0]?.resource.attributes).toContainEqual(service);
  });

  it('tell how long requests took and how the process is', async () => {
    const atrium = await start(await startCollector());
    await atrium.call(MALL, 'GET', '/events/live');
    await until(() => metricNames().includes('http.server.request.duration'));
    expect(metricNames()).toEqual(
      expect.arrayContaining(['http.server.request.duration', 'nodejs.eventloop.delay.p99', 'v8js.memory.heap.used']),
    );
  });

  it('hold up neither serving nor the end when nobody takes them', async () => {
    collector = createServer(() => undefined).listen(0, '127.0.0.1'); // takes connections, and never answers
    await once(collector, 'listening');
    const atrium = await start(`http://127.0.0.1:${(collector.address() as AddressInfo).port}`);
    await createCampaign(atrium, MALL);
    for (let round = 0; round < 20; round++)
      expect((await atrium.call(MALL, 'GET', '/campaign-events/live')).status).toBe(200);
    const toldMs = performance.now();
    expect(await endProcess(atrium)).toBe(0);
    expect(performance.now() - toldMs).toBeLessThan(4_000);
  });
});

async function until(isThere: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 100 && !isThere(); attempt++) await delay(50);
}

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TENANTS } from '../support/atrium.js';
import { Collector } from '../support/collector.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { type AtriumProcess, endProcess, startProcess } from '../support/process.js';
import { createCampaign } from '../support/rows.js';

const MALL = 'berlin-mall';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const OF_CALLER = { traceparent: `00-${TRACE}-b7ad6b7169203331-01`, authorization: '' };

describe('traces and metrics for OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  let database: TestDatabase;
  let collector: Collector;
  let running: AtriumProcess | undefined;
  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(async () => {
    if (running) await endProcess(running, 'SIGKILL');
    collector.close();
    await database.remove();
  });

  async function start(): Promise<AtriumProcess> {
    const tenants = JSON.stringify(TENANTS);
    const environment = { DATABASE_URL: database.url, DATABASE_MIGRATE: 'true', TENANTS: tenants };
    return (running = await startProcess({ ...environment, ...collector.environment }));
  }

  it('tell each request with its route, in the trace of its caller, and nothing of what it asked', async () => {
    collector = await Collector.start();
    const atrium = await start();
    const { id } = await createCampaign(atrium, MALL);
    for (const _ of ['the framework', 'the fast path'])
      await atrium.call(MALL, 'GET', `/campaign-events/${id}`, undefined, OF_CALLER);
    const ofCaller = () => collector.spans.filter(({ traceId, name }) => traceId === TRACE && name.startsWith('GET /'));
    await collector.until(() => ofCaller().length === 2);

    expect(ofCaller().map(({ name }) => name)).toEqual(Array(2).fill('GET /campaign-events/{id}'));
    const route = { key: 'http.route', value: { stringValue: '/campaign-events/{id}' } };
    for (const { attributes } of ofCaller()) expect(attributes).toContainEqual(route);
    expect(collector.spans.map(({ name }) => name)).toContain('POST /campaign-events');
    expect(JSON.stringify(collector.received)).not.toMatch(/Bearer|Black Friday/);
    const [resource] = collector.received.flatMap(({ resourceSpans = [] }) => resourceSpans);
    const service = { key: 'service.name', value: { stringValue: 'atrium' } };
    expect(resource?.resource.attributes).toContainEqual(service);
  });

  it('tell how long requests took and how the process is', async () => {
    collector = await Collector.start();
    const atrium = await start();
    await atrium.call(MALL, 'GET', '/events/live');
    const expected = ['http.server.request.duration', 'nodejs.eventloop.delay.p99', 'v8js.memory.heap.used'];
    await collector.until(({ metricNames }) => expected.every((name) => metricNames.includes(name))); // not all in one export
    expect(collector.metricNames).toEqual(expect.arrayContaining(expected));
  });

  it('hold up neither serving nor the end when nobody takes them', async () => {
    collector = await Collector.start({ answers: false });
    const atrium = await start();
    await createCampaign(atrium, MALL);
    for (let round = 0; round < 20; round++)
      expect((await atrium.call(MALL, 'GET', '/campaign-events/live')).status).toBe(200);
    await collector.until(({ spans }) => spans.length > 0); // an export is under way
    const toldMs = performance.now();
    expect(await endProcess(atrium)).toBe(0);
    expect(performance.now() - toldMs).toBeLessThan(4_000);
  });
});

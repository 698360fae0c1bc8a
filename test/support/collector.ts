import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** As much of an OTLP span as is looked at. */
interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: Record<string, unknown> }[];
}

interface Exported {
  resourceSpans?: { resource: { attributes: unknown[] }; scopeSpans: { spans: Span[] }[] }[];
  resourceMetrics?: { scopeMetrics: { metrics: { name: string }[] }[] }[];
}

/** Takes what OpenTelemetry exports, over HTTP and as JSON. */
export class Collector {
  readonly received: Exported[] = [];
  private readonly server: Server;

  private constructor(answers: boolean) {
    this.server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += String(chunk)));
      request.on('end', () => {
        this.received.push(JSON.parse(text) as Exported);
        if (answers) response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  /** @param answers false: it takes connections, and keeps silent */
  static async start({ answers } = { answers: true }): Promise<Collector> {
    const collector = new Collector(answers);
    collector.server.listen(0, '127.0.0.1');
    await once(collector.server, 'listening');
    return collector;
  }

  /** For a process that exports here, and soon. */
  get environment(): Record<string, string> {
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_METRIC_EXPORT_INTERVAL: '400',
      OTEL_METRIC_EXPORT_TIMEOUT: '300',
    };
  }

  get spans(): Span[] {
    return this.received.flatMap(({ resourceSpans = [] }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    );
  }

  get metricNames(): string[] {
    return this.received.flatMap(({ resourceMetrics = [] }) =>
      resourceMetrics.flatMap(({ scopeMetrics }) =>
        scopeMetrics.flatMap(({ metrics }) => metrics.map(({ name }) => name)),
      ),
    );
  }

  /** Waits, for a few seconds at most. */
  async until(isThere: (collector: Collector) => boolean): Promise<void> {
    for (let attempt = 0; attempt < 100 && !isThere(this); attempt++) await delay(50);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

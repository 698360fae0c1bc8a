import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Connections } from '../http/connections.js';
import { limitConnections, SERVER_OPTIONS } from '../http/server-limits.js';
import { Metrics } from './metrics.js';

/** Serves GET /metrics alone on METRICS_PORT, a port that need not be reachable from outside. */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Metrics');
  private readonly server = createServer(SERVER_OPTIONS, (request, response) => void this.answer(request, response));
  private readonly connections = new Connections(this.server);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  /** @throws Error that names METRICS_PORT when the port is taken */
  async onApplicationBootstrap(): Promise<void> {
    const { metricsPort, host, keepAliveMs } = this.config;
    limitConnections(this.server, keepAliveMs);
    this.server.listen(metricsPort, host);
    await once(this.server, 'listening').catch((thrown: NodeJS.ErrnoException) => {
      throw thrown.code === 'EADDRINUSE'
        ? new Error(`port ${metricsPort} is taken. Set METRICS_PORT to another one.`)
        : thrown;
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.connections.sendClientsAway();
    await this.connections.finish();
  }

  private async answer({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (url !== '/metrics' || method !== 'GET') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Here is GET /metrics only.\n');
      return;
    }
    try {
      const text = await this.metrics.text();
      response.writeHead(200, { 'content-type': this.metrics.contentType, 'cache-control': 'no-store' }).end(text);
    } catch (thrown) {
      this.logger.error(thrown);
      response.writeHead(500, { 'content-type': 'text/plain' }).end('The metrics cannot be read; the log says why.\n');
    }
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge } from 'prom-client';
import { CONFIG, type Config } from '../config/config.js';
import { METRICS_KEPT_MS } from '../config/time-limits.js';
import { VERSION } from '../config/version.js';
import { PullRegistry } from '../meter/pull-registry.js';

/** The process's own metrics, and the text of all of them for Prometheus. */
@Injectable()
export class Metrics {
  private kept: Promise<Buffer> | undefined;

  constructor(
    @Inject(CONFIG) { metrics }: Config,
    private readonly registry: PullRegistry,
  ) {
    if (!metrics) return;
    collectDefaultMetrics({ register: registry });
    const build = { name: 'atrium_build_info', help: 'Which Atrium this is, on which Node' };
    new Gauge({ ...build, labelNames: ['version', 'node'], registers: [registry] })
      .labels(VERSION, process.version)
      .set(1);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** In Prometheus' text format. One is rendered at a time, and serves all who ask meanwhile and shortly after. */
  text(): Promise<Buffer> {
    this.kept ??= this.render();
    return this.kept;
  }

  private async render(): Promise<Buffer> {
    try {
      return Buffer.from(await this.registry.metrics());
    } finally {
      setTimeout(() => (this.kept = undefined), METRICS_KEPT_MS).unref();
    }
  }
}

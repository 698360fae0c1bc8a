import { Inject, Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge } from 'prom-client';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { METRICS_KEPT_MS } from '../config/time-limits.js';
import { VERSION } from '../config/version.js';
import { PullRegistry } from '../meter/pull-registry.js';

/** The process's own metrics, and the text of all of them for Prometheus. */
@Injectable()
export class Metrics {
  private rendering: Promise<Buffer> | undefined;
  private kept: { text: Buffer; atMs: number } | undefined;

  constructor(
    @Inject(CONFIG) { metrics }: Config,
    private readonly registry: PullRegistry,
    private readonly clock: Clock,
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
  async text(): Promise<Buffer> {
    const { kept } = this;
    if (kept && Math.abs(this.clock.now() - kept.atMs) < METRICS_KEPT_MS) return kept.text;
    this.rendering ??= this.render().finally(() => (this.rendering = undefined));
    return this.rendering;
  }

  private async render(): Promise<Buffer> {
    const text = Buffer.from(await this.registry.metrics());
    this.kept = { text, atMs: this.clock.now() };
    return text;
  }
}

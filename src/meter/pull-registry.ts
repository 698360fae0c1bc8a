import { Counter, Gauge, type Metric, Registry } from 'prom-client';

/** One number, or one by each value of the label; undefined: not known yet. */
type Values = Record<string, number> | number | undefined;

interface Series {
  labels: Record<string, string>;
  value: number;
}

/** Metrics whose values are counted elsewhere and read at each scrape. Each room registers its own. */
export class PullRegistry extends Registry {
  /** @param isEnabled false: keeps nothing of what is registered */
  constructor(private readonly isEnabled: boolean) {
    super();
  }

  override registerMetric<T extends string>(metric: Metric<T>): void {
    if (this.isEnabled) super.registerMetric(metric);
  }

  gauge(name: string, help: string, read: () => Values | Promise<Values>, label?: string): void {
    const gauge = new Gauge({
      name,
      help,
      ...shapeOf(label),
      async collect() {
        const values = await read();
        this.reset();
        if (!label) this.remove(); // a gauge without labels begins with a 0 that nobody has read
        for (const { labels, value } of toSeries(label, values)) this.set(labels, value);
      },
    });
    this.registerMetric(gauge);
  }

  counter(name: string, help: string, read: () => Values, label?: string): void {
    this.counterOf(name, help, () => toSeries(label, read()), label ? [label] : []);
  }

  /** A counter with any number of labels. */
  counterOf(name: string, help: string, read: () => Series[], labelNames: string[]): void {
    const counter = new Counter({
      name,
      help,
      labelNames,
      registers: [],
      collect() {
        this.reset();
        for (const { labels, value } of read()) this.inc(labels, value);
      },
    });
    this.registerMetric(counter);
  }
}

/** `registers` is empty because `registerMetric` is called afterwards. */
function shapeOf(label: string | undefined) {
  return { labelNames: label ? [label] : [], registers: [] };
}

function toSeries(label: string | undefined, values: Values): Series[] {
  if (values === undefined) return [];
  if (typeof values === 'number') return [{ labels: {}, value: values }];
  return Object.entries(values).map(([name, value]) => ({ labels: label ? { [label]: name } : {}, value }));
}

import { Counter, Gauge, Registry } from 'prom-client';

/** By label value, or one number; undefined: not known yet. */
type Values = Record<string, number> | number | undefined;

/** Takes metrics that are counted elsewhere and read when somebody asks. */
export class ReadingRegistry extends Registry {
  gauge(name: string, help: string, read: () => Values, label?: string): void {
    const gauge = new Gauge({
      name,
      help,
      ...shapeOf(label),
      collect() {
        this.reset();
        if (!label) this.remove(); // it would start with a 0 that nobody has read
        for (const { labels, value } of inSeries(label, read())) this.set(labels, value);
      },
    });
    this.registerMetric(gauge);
  }

  counter(name: string, help: string, label: string | undefined, read: () => Values): void {
    const counter = new Counter({
      name,
      help,
      ...shapeOf(label),
      collect() {
        this.reset();
        for (const { labels, value } of inSeries(label, read())) this.inc(labels, value);
      },
    });
    this.registerMetric(counter);
  }
}

/** Registered below, in no registry by itself. */
function shapeOf(label: string | undefined) {
  return { labelNames: label ? [label] : [], registers: [] };
}

function inSeries(label: string | undefined, values: Values): { labels: Record<string, string>; value: number }[] {
  if (values === undefined) return [];
  if (typeof values === 'number') return [{ labels: {}, value: values }];
  return Object.entries(values).map(([name, value]) => ({ labels: label ? { [label]: name } : {}, value }));
}

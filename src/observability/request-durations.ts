import { Injectable } from '@nestjs/common';
import type { MetricValue } from 'prom-client';

const NAME = 'atrium_http_request_duration_seconds';
const BUCKETS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Others share one label: a client may make methods up. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** The name that OpenTelemetry's conventions give them. */
const OTHER_METHODS = '_OTHER';

/** The durations of requests with the same labels. */
export class Durations {
  sumSeconds = 0;
  count = 0;
  /** Not cumulative. Durations beyond the last bucket are in `count` alone. */
  private readonly buckets = BUCKETS_SECONDS.map(() => 0);

  constructor(private readonly labels: Record<string, string>) {}

  observe(seconds: number): void {
    this.sumSeconds += seconds;
    this.count++;
    for (let index = 0; index < BUCKETS_SECONDS.length; index++) {
      if (seconds <= BUCKETS_SECONDS[index]!) {
        this.buckets[index]!++;
        return;
      }
    }
  }

  values(): MetricValue<string>[] {
    const { labels, buckets, count, sumSeconds } = this;
    let below = 0;
    const cumulative = buckets.map((number, index) => bucket(labels, BUCKETS_SECONDS[index]!, (below += number)));
    return [
      ...cumulative,
      bucket(labels, '+Inf', count),
      { metricName: `${NAME}_sum`, labels, value: sumSeconds },
      { metricName: `${NAME}_count`, labels, value: count },
    ] as MetricValue<string>[];
  }
}

/**
 * A histogram that prom-client's registry accepts. prom-client's own histogram looks its labels up by name at every
 * observation, which takes longer than the fast path takes for a request.
 */
@Injectable()
export class RequestDurations {
  readonly name = NAME;
  private readonly all = new Map<string, Durations>();

  /** Callers that observe often keep the result. `route` is a template, so that the number of series is bounded. */
  of(sentMethod: string, route: string, status: number): Durations {
    const method = METHODS.has(sentMethod) ? sentMethod : OTHER_METHODS;
    const key = `${method} ${status} ${route}`;
    let durations = this.all.get(key);
    if (!durations) this.all.set(key, (durations = new Durations({ method, route, status: String(status) })));
    return durations;
  }

  get() {
    return {
      name: NAME,
      help: 'How long requests took, from their headers to the end of the answer',
      type: 'histogram',
      aggregator: 'sum',
      values: [...this.all.values()].filter(({ count }) => count > 0).flatMap((durations) => durations.values()),
    };
  }
}

function bucket(labels: object, le: number | string, value: number) {
  return { metricName: `${NAME}_bucket`, labels: { ...labels, le }, value };
}

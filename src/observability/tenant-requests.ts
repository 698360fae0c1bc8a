import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';

const OTHER = 'other';

/** Counts requests by tenant and class of status. Tenants beyond METRICS_TENANTS_MAX are counted together. */
@Injectable()
export class TenantRequests {
  /** By tenant, the numbers of answers 1xx, 2xx and so on. */
  private readonly counts = new Map<string, number[]>();
  private readonly max: number;

  constructor(@Inject(CONFIG) { metricsTenantsMax }: Config) {
    this.max = metricsTenantsMax;
  }

  /** @param tenantId one of the catalogue: other text that callers send must not become a label */
  count(tenantId: string, status: number): void {
    if (this.max === 0) return;
    const counts = this.counts.get(tenantId) ?? this.begin(tenantId);
    counts[Math.floor(status / 100) - 1]!++;
  }

  values(): { labels: { tenant: string; status: string }; value: number }[] {
    return [...this.counts].flatMap(([tenant, counts]) =>
      counts.flatMap((value, index) => (value > 0 ? [{ labels: { tenant, status: `${index + 1}xx` }, value }] : [])),
    );
  }

  private begin(tenantId: string): number[] {
    const others = this.counts.get(OTHER);
    // The pod's first tenants keep their series; "other" does not count as one.
    const isFull = this.counts.size - Number(others !== undefined) >= this.max;
    if (isFull && others) return others;
    const counts = [0, 0, 0, 0, 0];
    this.counts.set(isFull ? OTHER : tenantId, counts);
    return counts;
  }
}

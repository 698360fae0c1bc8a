import { Injectable } from '@nestjs/common';
import { PullRegistry } from '../meter/pull-registry.js';
import { Catalogue } from './catalogue.js';

@Injectable()
export class CatalogueMetrics {
  constructor(
    registry: PullRegistry,
    private readonly catalogue: Catalogue,
  ) {
    const up = 'Whether the catalogue answered when it was last read';
    registry.gauge('atrium_database_up', up, () => Number(catalogue.isReachable));
    registry.gauge('atrium_tenants', 'Tenants of the catalogue', () => this.countByStatus(), 'status');
  }

  private countByStatus(): Record<string, number> {
    const counts: Record<string, number> = { active: 0, suspended: 0, retiring: 0 };
    for (const { status } of this.catalogue.list()) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  }
}

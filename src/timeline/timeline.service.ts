import { Injectable } from '@nestjs/common';
import { TenantCache } from '../cache/tenant-cache.js';
import { Clock } from '../clock/clock.js';
import type { Representation } from '../representation/representation.js';
import { timelineLoad } from '../schedule/timeline-load.js';

/** Answers from which an app computes by itself what is live. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly cache: TenantCache,
    private readonly clock: Clock,
  ) {}

  timeline(): Promise<Representation<Buffer>> {
    return this.cache.view('/timeline', timelineLoad(this.clock));
  }

  tenant(): Representation<Buffer> {
    return this.cache.centre('/tenant');
  }
}

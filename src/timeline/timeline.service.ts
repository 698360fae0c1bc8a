import { Injectable } from '@nestjs/common';
import { TenantCache } from '../cache/tenant-cache.js';
import { Clock } from '../clock/clock.js';
import { isElsewhen } from '../lookback/lookback.js';
import type { Representation } from '../representation/representation.js';
import type { MomentQuery } from '../schedule/moment.dto.js';
import { PastReader } from '../schedule/past-reader.js';
import { timelineLoad } from '../schedule/timeline-load.js';

/** Answers from which an app computes by itself what is live. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly cache: TenantCache,
    private readonly past: PastReader,
    private readonly clock: Clock,
  ) {}

  timeline(moment: MomentQuery = {}): Promise<Representation<Buffer>> {
    if (isElsewhen(moment)) return this.past.view('/timeline', moment);
    return this.cache.view('/timeline', timelineLoad(this.clock));
  }

  tenant(): Representation<Buffer> {
    return this.cache.centre('/tenant');
  }
}

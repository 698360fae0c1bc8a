import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { Cached, TIMELINE } from '../cache/cached.js';
import { TenantCache } from '../cache/tenant-cache.js';
import { UnitOfWork } from '../change/unit-of-work.js';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { cacheControl, PRIVATE } from '../representation/cache-control.js';
import { jsonRepresentation, type Representation } from '../representation/representation.js';
import { isSame } from '../revision/revision.entity.js';
import { currentCaller } from '../tenancy/tenant-context.js';
import type { PageQuery } from './page.dto.js';
import { findPage } from './page.js';
import type { Scheduled } from './scheduled.entity.js';
import { timelineLoad } from './timeline-load.js';

/** Answers with pages, which are not kept: each is of one version and one instant. */
@Injectable()
export class PageReader {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly cache: TenantCache,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @param rowsAt the rows to choose from at an instant: those that the caller sees, in the state asked for */
  async read<T extends Scheduled & ObjectLiteral>(
    query: PageQuery,
    of: 'campaigns' | 'events',
    rowsAt: (manager: EntityManager, now: Date) => SelectQueryBuilder<T>,
  ): Promise<Representation<Buffer>> {
    const loadTimeline = timelineLoad(this.clock);
    // Caches may keep the public's page, until the next row appears or changes its state: the timeline knows when.
    const isPublic = !currentCaller().seesHidden;
    const kept = isPublic ? (await this.cache.find(TIMELINE, loadTimeline)).cached : undefined;
    const { page, epoch, boundaryMs } = await this.unitOfWork.read(async (manager, version) => {
      const timeline =
        kept && !isSame(kept.version, version) // a write came between: it may have set other instants
          ? new Cached(version, await loadTimeline(manager, version), this.clock.now())
          : kept;
      const nowMs = this.clock.now();
      const boundaryMs = timeline?.boundaryMs(of, query.state !== undefined, nowMs);
      return { page: await findPage(rowsAt(manager, new Date(nowMs)), query), epoch: version.epoch, boundaryMs };
    });
    const { freshSeconds } = this.config;
    const control = boundaryMs === undefined ? PRIVATE : cacheControl(this.clock.now(), boundaryMs, freshSeconds);
    return jsonRepresentation(page, epoch, { cacheControl: control, origin: 'database' });
  }
}

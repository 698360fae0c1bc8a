import { Injectable } from '@nestjs/common';
import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { Cached } from '../cache/cached.js';
import { cacheControl } from '../representation/cache-control.js';
import { type Load, TenantCache } from '../cache/tenant-cache.js';
import { Clock } from '../clock/clock.js';
import { Representation } from '../representation/representation.js';
import { listTag } from '../revision/entity-tag.js';
import { isSame } from '../revision/revision.entity.js';
import { UnitOfWork } from '../change/unit-of-work.js';
import type { Page, PageQuery } from './page.dto.js';
import { findPage } from './page.js';
import type { Scheduled } from './scheduled.entity.js';

/** Answers with pages, which are not kept: each is of one version and, when it filters by state, of one instant. */
@Injectable()
export class PageReader {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly cache: TenantCache,
    private readonly clock: Clock,
  ) {}

  /**
   * @param live the path and the timeline of what is live: it knows when the next row changes its state
   * @param rowsAt the rows to choose from, in the state asked for as it is at that instant
   */
  async read<T extends Scheduled & ObjectLiteral>(
    query: PageQuery,
    live: { path: string; load: Load },
    rowsAt: (manager: EntityManager, now: Date) => SelectQueryBuilder<T>,
  ): Promise<Representation<Page<T>>> {
    const kept = query.state && (await this.cache.find(live.path, live.load)).cached;
    const { page, etag, boundaryMs } = await this.unitOfWork.read(async (manager, version) => {
      const timeline =
        kept && !isSame(kept.version, version) // a write came between: it may have set other instants
          ? new Cached(version, await live.load(manager, version), this.clock.now())
          : kept;
      const nowMs = this.clock.now();
      const { etag, boundaryMs } = timeline?.at(nowMs) ?? { etag: listTag(version), boundaryMs: Infinity };
      return { page: await findPage(rowsAt(manager, new Date(nowMs)), query), etag, boundaryMs };
    });
    return new Representation(page, etag, {
      cacheControl: cacheControl(this.clock.now(), boundaryMs),
      origin: 'database',
    });
  }
}

import { Injectable } from '@nestjs/common';
import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { Cached, TIMELINE } from '../cache/cached.js';
import { type LoadedPage, PageCache } from '../cache/page-cache.js';
import { TenantCache } from '../cache/tenant-cache.js';
import { UnitOfWork } from '../change/unit-of-work.js';
import { Clock } from '../clock/clock.js';
import { PRIVATE } from '../representation/cache-control.js';
import { jsonRepresentation, type Representation } from '../representation/representation.js';
import { isSame } from '../revision/revision.entity.js';
import { currentCaller } from '../tenancy/tenant-context.js';
import type { PageQuery } from './page.dto.js';
import { findPage, textOf } from './page.js';
import type { Scheduled } from './scheduled.entity.js';
import { timelineLoad } from './timeline-load.js';

/** The rows to choose from at an instant: those that the caller sees, in the state asked for. */
type RowsAt<T extends ObjectLiteral> = (manager: EntityManager, now: Date) => SelectQueryBuilder<T>;

/** The kind of rows, as timelines name it, and the path of their list. */
interface List {
  rowsName: 'campaigns' | 'events';
  path: string;
}

/** Answers with pages, each of one version and one instant. Those of the public are kept until something in them changes. */
@Injectable()
export class PageReader {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly cache: TenantCache,
    private readonly pages: PageCache,
    private readonly clock: Clock,
  ) {}

  async read<T extends Scheduled & ObjectLiteral>(
    query: PageQuery,
    list: List,
    rowsAt: RowsAt<T>,
  ): Promise<Representation<Buffer>> {
    if (currentCaller().seesHidden) return this.readWhole(query, rowsAt);
    return this.pages.read(list.path, textOf(query), () => this.load(query, list, rowsAt));
  }

  /** As an editor sees it. */
  private readWhole<T extends Scheduled & ObjectLiteral>(
    query: PageQuery,
    rowsAt: RowsAt<T>,
  ): Promise<Representation<Buffer>> {
    return this.unitOfWork.read(async (manager, { epoch }) => {
      const page = await findPage(rowsAt(manager, new Date(this.clock.now())), query);
      return jsonRepresentation(page, epoch, { cacheControl: PRIVATE, origin: 'database' });
    });
  }

  /** As the public sees it, until the next row appears or changes its state: the timeline knows when. */
  private async load<T extends Scheduled & ObjectLiteral>(
    query: PageQuery,
    { rowsName }: List,
    rowsAt: RowsAt<T>,
  ): Promise<LoadedPage> {
    const loadTimeline = timelineLoad(this.clock);
    const { cached: kept } = await this.cache.find(TIMELINE, loadTimeline);
    return this.unitOfWork.read(async (manager, version) => {
      const timeline = isSame(kept.version, version)
        ? kept // otherwise a write came between: it may have set other instants
        : new Cached(version, await loadTimeline(manager, version), this.clock.now());
      const nowMs = this.clock.now();
      const boundaryMs = timeline.boundaryMs(rowsName, query.state !== undefined, nowMs);
      return { page: await findPage(rowsAt(manager, new Date(nowMs)), query), version, nowMs, boundaryMs };
    });
  }
}

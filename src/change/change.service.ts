import { Inject, Injectable } from '@nestjs/common';
import { LessThan, MoreThan } from 'typeorm';
import { invalidQuery } from '../http/input.pipe.js';
import { resourcesOf, TENANT_TABLES, type TenantTable } from '../tenancy/feature.js';
import { PRIVATE } from '../representation/cache-control.js';
import { jsonRepresentation, type Representation } from '../representation/representation.js';
import type { ChangePage, ChangeQuery } from './change.dto.js';
import { Change } from './change.entity.js';
import { UnitOfWork } from './unit-of-work.js';

@Injectable()
export class ChangeService {
  private readonly resources: string[];

  constructor(
    private readonly unitOfWork: UnitOfWork,
    @Inject(TENANT_TABLES) tables: TenantTable[],
  ) {
    this.resources = resourcesOf(tables);
  }

  /**
   * @throws Problem 400 for a resource that no feature declares, an id without its resource, and a bound of the other
   * order
   */
  list({ after, before, order, limit, ...filter }: ChangeQuery): Promise<Representation<Buffer>> {
    this.requireResource(filter);
    requireBoundOf(order, { after, before });
    const isDescending = order === 'desc';
    const beyond = isDescending ? before !== undefined && LessThan(before) : MoreThan(after ?? 0);
    return this.unitOfWork.read(async (manager, version) => {
      const found = await manager.find(Change, {
        where: { ...filter, ...(beyond && { revision: beyond }) },
        order: { revision: isDescending ? 'DESC' : 'ASC' },
        take: limit + 1,
      });
      const items = found.slice(0, limit);
      const next = found.length > limit ? (items.at(-1)?.revision ?? null) : null;
      const page: ChangePage = { items, next };
      return jsonRepresentation(page, version.epoch, { cacheControl: PRIVATE, origin: 'database' });
    });
  }

  private requireResource({ resource, resourceId }: Pick<ChangeQuery, 'resource' | 'resourceId'>): void {
    if (resource === undefined && resourceId === undefined) return;
    if (resource !== undefined && this.resources.includes(resource)) return;
    const detail = `takes one of ${this.resources.join(', ')}, and resourceId goes with it only`;
    throw invalidQuery([{ pointer: '#/resource', detail }]);
  }
}

/** A bound on the wrong side would be ignored without a word, and the caller would read the same page again. */
function requireBoundOf(order: ChangeQuery['order'], { after, before }: Pick<ChangeQuery, 'after' | 'before'>): void {
  if (order === 'desc' && after !== undefined)
    throw invalidQuery([{ pointer: '#/after', detail: 'goes with order=asc; with order=desc give before' }]);
  if (order !== 'desc' && before !== undefined)
    throw invalidQuery([{ pointer: '#/before', detail: 'goes with order=desc; with order=asc give after' }]);
}

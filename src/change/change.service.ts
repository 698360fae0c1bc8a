import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { Representation } from '../representation/representation.js';
import { listTag } from '../revision/entity-tag.js';
import type { ChangePage, ChangeQuery } from './change.dto.js';
import { Change } from './change.entity.js';
import { UnitOfWork } from './unit-of-work.js';

@Injectable()
export class ChangeService {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  list({ after, limit, ...of }: ChangeQuery): Promise<Representation<ChangePage>> {
    return this.unitOfWork.read(async (manager, version) => {
      const found = await manager.find(Change, {
        where: { ...of, revision: MoreThan(after) },
        order: { revision: 'ASC' },
        take: limit + 1,
      });
      const items = found.slice(0, limit);
      const next = found.length > limit ? (items.at(-1)?.revision ?? null) : null;
      return new Representation({ items, next }, listTag(version), {
        cacheControl: 'private, no-cache',
        origin: 'database',
      });
    });
  }
}

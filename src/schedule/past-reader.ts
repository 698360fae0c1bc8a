import { Injectable } from '@nestjs/common';
import type { ObjectLiteral } from 'typeorm';
import { Cached } from '../cache/cached.js';
import { type Moment, Lookback, type Sight } from '../lookback/lookback.js';
import { notFound } from '../problem/problem.js';
import { PRIVATE } from '../representation/cache-control.js';
import { Representation } from '../representation/representation.js';
import { entityTag } from '../revision/entity-tag.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import type { PageQuery } from './page.dto.js';
import { findPastPage } from './past-page.js';
import { campaigns, eventsAt, pastRows, rowAt } from './past-rows.js';
import { timelineAt } from './past-timeline.js';
import type { Scheduled } from './scheduled.entity.js';
import { chosenAt, isChosenAt, type Kind } from './kind.js';

type Row = Scheduled & ObjectLiteral;

/** Answers reads that ask for another moment than the present. Nothing of it is kept. */
@Injectable()
export class PastReader {
  constructor(private readonly lookback: Lookback) {}

  /** The answer to GET `path` that is computed from the timeline: what the public sees, or saw, at the moment. */
  view(path: string, moment: Moment): Promise<Representation<Buffer>> {
    return this.lookback.read(moment, async (sight) => {
      const atMs = sight.at.getTime();
      const cached = new Cached(sight.version, await timelineAt(sight), atMs);
      const shown = cached.answer(path, currentTenant()).at(atMs);
      if (!shown) throw new Error(`${path} is there whatever it holds`);
      return answer(shown.bytes, sight);
    });
  }

  /** @param where fields with the values that rows must have */
  page<T extends Row>(kind: Kind<T>, query: PageQuery, where: Partial<T>): Promise<Representation<Buffer>> {
    return this.lookback.read(query, async (sight) => {
      const rows = chosenAt(kind, sight.manager, query, where, sight.at);
      const past = await pastRows(kind, sight);
      const matches = (row: T) => isChosenAt(row, query, where, sight.at);
      return answer(JSON.stringify(await findPastPage(sight.manager, rows, query, past, matches)), sight);
    });
  }

  /** @throws Problem 404 */
  find<T extends Row>(kind: Kind<T>, id: number, moment: Moment): Promise<Representation<Buffer>> {
    return this.lookback.read(moment, async (sight) => {
      const row = await rowAt(kind, id, sight);
      if (!row) throw notFound(kind.resource, id);
      return answer(JSON.stringify(row), sight);
    });
  }

  /** @throws Problem 404 when there is no such campaign */
  eventsOf<T extends Row>(events: Kind<T>, id: number, moment: Moment): Promise<Representation<Buffer>> {
    return this.lookback.read(moment, async (sight) => {
      const campaign = await rowAt(campaigns(), id, sight);
      if (!campaign) throw notFound(campaigns().resource, id);
      return answer(JSON.stringify(await eventsAt(events, id, sight)), sight);
    });
  }
}

function answer(json: Buffer | string, { version: { epoch, revision } }: Sight): Representation<Buffer> {
  const bytes = Buffer.from(json);
  return new Representation(bytes, entityTag(bytes, epoch), { cacheControl: PRIVATE, origin: 'database', revision });
}

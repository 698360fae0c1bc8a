import { Injectable, type Type } from '@nestjs/common';
import type { DeepPartial, EntityManager, FindOptionsWhere, ObjectLiteral } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { TenantCache } from '../cache/tenant-cache.js';
import type { Action } from '../change/change.entity.js';
import { type ChangedRow, type Effect, toldOf } from '../change/effects.js';
import { UnitOfWork, type Write } from '../change/unit-of-work.js';
import { Clock } from '../clock/clock.js';
import { withDefaults, withoutNulls } from '../field/input.js';
import { insufficientRights } from '../auth/bearer-token.js';
import { notFound } from '../problem/problem.js';
import type { Precondition } from '../representation/precondition.js';
import { PRIVATE } from '../representation/cache-control.js';
import { jsonRepresentation, Representation } from '../representation/representation.js';
import { entityTag } from '../revision/entity-tag.js';
import type { Version } from '../revision/revision.entity.js';
import { currentCaller } from '../tenancy/tenant-context.js';
import { isElsewhen, type Moment } from '../lookback/lookback.js';
import { findDeletedPage } from './deleted-rows.js';
import { chosenAt, type Kind } from './kind.js';
import type { PageQuery } from './page.dto.js';
import { PageReader } from './page-reader.js';
import { PastReader } from './past-reader.js';
import { applyEffects } from './row-effects.js';
import type { Given, Scheduled } from './scheduled.entity.js';
import { timelineLoad } from './timeline-load.js';
import { visibleAt } from './visibility.js';
import { requireWholeRow } from './whole-row.js';

type Row = Scheduled & ObjectLiteral;

/** Reads and writes of campaigns and events alike; each service adds what is its own. */
@Injectable()
export class ScheduledRows {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly cache: TenantCache,
    private readonly pages: PageReader,
    private readonly past: PastReader,
    private readonly clock: Clock,
  ) {}

  live<T extends Row>({ path }: Kind<T>, moment: Moment): Promise<Representation<Buffer>> {
    if (isElsewhen(moment)) return this.past.view(`${path}/live`, moment);
    return this.cache.view(`${path}/live`, timelineLoad(this.clock));
  }

  /**
   * @param where fields with the values that rows must have
   * @throws Problem 403 when the public asks for drafts, or for what was deleted
   */
  async page<T extends Row>(kind: Kind<T>, query: PageQuery, where: Partial<T> = {}): Promise<Representation<Buffer>> {
    const { seesHidden } = currentCaller();
    if (query.status === 'draft' && !seesHidden)
      throw insufficientRights('role-required', 'Drafts are shown to editors of the shopping centre.');
    if (query.deleted) return this.deleted(kind, query, where);
    if (isElsewhen(query)) return this.past.page(kind, query, where);
    return this.pages.read(query, kind, (manager, now) => {
      const rows = chosenAt(kind, manager, query, where, now);
      return seesHidden ? rows : rows.andWhere(visibleAt(...kind.seenWith));
    });
  }

  private deleted<T extends Row>(kind: Kind<T>, query: PageQuery, where: Partial<T>): Promise<Representation<Buffer>> {
    if (!currentCaller().seesHidden)
      throw insufficientRights('role-required', 'What was deleted is shown to editors of the shopping centre.');
    return this.unitOfWork.read(async (manager, { epoch }) => {
      const page = await findDeletedPage(manager, kind, query, where, new Date(this.clock.now()));
      return jsonRepresentation(page, epoch, { cacheControl: PRIVATE, origin: 'database' });
    });
  }

  /** @throws Problem 404, also for what the caller may not see */
  async find<T extends Row>(kind: Kind<T>, id: number, moment: Moment): Promise<Representation<Buffer>> {
    if (isElsewhen(moment)) return this.past.find(kind, id, moment);
    const missing = () => notFound(kind.resource, id);
    const found = await this.cache.represent(`${kind.path}/${id}`, async (manager) => {
      const row = await kind.rows(manager).andWhere('row.id = :id', { id }).getOne();
      if (!row) throw missing();
      return { kind: 'row', json: JSON.stringify(row), visibleMs: kind.seenFromMs(row) };
    });
    if (!found) throw missing();
    return found;
  }

  /**
   * Replaces or updates a row.
   * @param fit throws when the changed row does not fit to others, or changes those and tells how; `given` are the
   * fields of the request
   */
  async change<T extends Row>(
    kind: Kind<T>,
    action: Action & ('replace' | 'update'),
    id: number,
    precondition: Precondition,
    body: Partial<Given<T>>,
    fit: (write: Write, row: T, given: Partial<Given<T>>, before: T) => Promise<Effect[]> = async () => [],
  ): Promise<Representation<T>> {
    if (Object.keys(body).length === 0) return this.unchanged(kind, id, precondition);
    return this.unitOfWork.write(async (write) => {
      const { manager, version, at } = write;
      const row = await getRow(manager, kind, id);
      precondition.check(rowTag(version, row));
      const before = Object.assign(manager.create(kind.entity), row);
      const given =
        action === 'replace' ? withDefaults(kind.entity, action, body) : withoutNulls(kind.entity, body, row);
      const changed = { ...given, updatedOn: at, revision: version.revision };
      requireWholeRow(Object.assign(row, changed), given);
      const others = await fit(write, row, given, before);
      await manager.update(kind.entity, { id }, changed as QueryDeepPartialEntity<T>);
      const result = new Representation(row, rowTag(version, row));
      return { action, ...toldOf([effectOn(kind.resource, before, row), ...others]), result };
    });
  }

  /**
   * Deletes a row and keeps its tombstone.
   * @param along the other rows that are deleted with it
   */
  delete<T extends Row>(
    kind: Kind<T>,
    id: number,
    precondition: Precondition,
    along: (write: Write, row: T) => Promise<Effect[]> = async () => [],
  ): Promise<void> {
    return this.unitOfWork.write(async (write) => {
      const row = await getRow(write.manager, kind, id);
      precondition.check(rowTag(write.version, row));
      const effects = [effectOn(kind.resource, row, null), ...(await along(write, row))] as const;
      await applyEffects(write, effects);
      return { action: 'delete', ...toldOf([...effects]), result: undefined };
    });
  }

  /** A patch of no fields: nothing is written. */
  private unchanged<T extends Row>(kind: Kind<T>, id: number, precondition: Precondition): Promise<Representation<T>> {
    return this.unitOfWork.read(async (manager, version) => {
      const row = await getRow(manager, kind, id);
      precondition.check(rowTag(version, row));
      return new Representation(row, rowTag(version, row));
    });
  }
}

/** The effect of a write on one row, which is null where there is none. */
export function effectOn(resource: string, before: Row | null, after: Row | null): Effect {
  const [id = 0] = [after, before].flatMap((row) => row?.id ?? []);
  const told = (row: Row | null) => row && (row.toJSON() as ChangedRow);
  return { resource, id, before: told(before), after: told(after) };
}

/** The tag of a row, as an editor reads it. */
function rowTag({ epoch }: Version, row: Row): string {
  return entityTag(JSON.stringify(row), epoch);
}

/**
 * Inserts a row with the defaults of the fields that were not given.
 * @param pointer JSON Pointer to the row in the request
 */
export async function insertRow<T extends Row>(
  { manager, version, at }: Write,
  entity: Type<T>,
  given: Partial<Given<T>>,
  pointer = '#',
): Promise<T> {
  const fields = { ...withDefaults(entity, 'create', given), createdOn: at, updatedOn: at, revision: version.revision };
  const row = manager.create(entity, fields as unknown as DeepPartial<T>);
  await manager.insert(entity, row);
  requireWholeRow(row, given, pointer); // with its id; the transaction is undone
  return row;
}

/**
 * The answer to the POST that created `row`, with the tag under which the row is read.
 * @param body the row, with what was created along with it
 */
export function createdAnswer<T extends Row>(
  { path }: Kind<T>,
  { version }: Write,
  row: T,
  body: object = row,
): Representation<object> {
  return new Representation(body, rowTag(version, row), { location: `${path}/${row.id}` });
}

/** @throws Problem 404 */
export async function getRow<T extends Row>(
  manager: EntityManager,
  { entity, resource }: Kind<T>,
  id: number,
): Promise<T> {
  const row = await manager.findOneBy(entity, { id } as FindOptionsWhere<T>);
  if (!row) throw notFound(resource, id);
  return row;
}

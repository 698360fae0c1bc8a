import { describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { InProcessBackplane } from '../../src/backplane/backplane.js';
import { Clock } from '../../src/clock/clock.js';
import { Problem } from '../../src/problem/problem.js';
import type { Version } from '../../src/revision/revision.entity.js';
import { UnitOfWork } from '../../src/change/unit-of-work.js';
import { runAs } from '../../src/tenancy/tenant-context.js';
import type { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { Tenant } from '../../src/catalogue/tenant.entity.js';

const EPOCH = 'one life';

describe('a read where writers do not wait for readers', () => {
  it('asks for the version once when it is still the one that was known', async () => {
    const { read, seen } = reader([7]);
    expect(await read(rowsAt(7), at(7))).toBe('rows of 7, read at 7');
    expect(seen).toEqual([7]);
  });

  it('asks before and after when none was known', async () => {
    const { read, seen } = reader([7, 7]);
    expect(await read(rowsAt(7))).toBe('rows of 7, read at 7');
    expect(seen).toEqual([7]);
  });

  it.each([
    ['the known version was overtaken', at(7), [9, 9]],
    ['the known version is of another life', { revision: 9, epoch: 'another life' }, [9, 9]],
    ['a write came between', undefined, [8, 9, 9]],
  ])('is done again when %s', async (_, reached, versions) => {
    const { read, seen } = reader(versions);
    expect(await read(rowsAt(8, 9), reached)).toBe('rows of 9, read at 9');
    expect(seen).toEqual([9]);
  });

  it('tells the version that it came upon also when it ends in a refusal', async () => {
    const { read, seen } = reader([9]);
    const refused = read(() => Promise.reject(new Problem(404, 'not-found', 'No such campaign.')), at(7));
    await expect(refused).rejects.toThrow('No such campaign.');
    expect(seen).toEqual([9]);
  });

  it('holds up writers when they leave no gap', async () => {
    const { read, held } = reader([2, 3, 4, 5]);
    expect(await read(rowsAt(2, 3, 4, 5), at(1))).toBe('rows of 5, read at 5');
    expect(held()).toBe(1);
  });
});

/** The rows at each reading. */
function rowsAt(...revisions: number[]) {
  return (_: EntityManager, { revision }: Version) =>
    Promise.resolve(`rows of ${revisions.shift()}, read at ${revision}`);
}

/** @param revisions what the database answers, one after the other; asked too often, it fails */
function reader(revisions: number[]) {
  let held = 0;
  const query = {
    select: () => query,
    addSelect: () => query,
    where: () => query,
    getRawOne(): Promise<Version> {
      const revision = revisions.shift();
      return revision === undefined ? Promise.reject(new Error('asked too often')) : Promise.resolve(at(revision));
    },
  };
  const manager = {
    createQueryBuilder: () => query,
    increment: () => Promise.resolve(void held++),
  } as unknown as EntityManager;
  const work = <T>(done: (manager: EntityManager) => Promise<T>): Promise<T> => done(manager);
  const database = { readsBlockWrites: false, read: work, write: work } as TenantDatabase;
  const unitOfWork = new UnitOfWork(database, new InProcessBackplane(), new Clock());
  const seen: number[] = [];
  unitOfWork.onVersion((_, { revision }) => seen.push(revision));
  const read = <T>(rows: (manager: EntityManager, version: Version) => Promise<T>, reached?: Version): Promise<T> =>
    runAs({ tenant: Object.assign(new Tenant(), { id: 'mall' }), actor: 'test' }, () => unitOfWork.read(rows, reached));
  return { read, seen, held: () => held };
}

function at(revision: number): Version {
  return { revision, epoch: EPOCH };
}

import { type EntityManager, type FindOptionsWhere, In, type ObjectLiteral } from 'typeorm';

/** SQL Server takes 2,100 parameters a statement at most. */
export const VALUES_AT_A_TIME = 1_000;

/** Rows whose property has one of many values, found by as many statements as that takes; in no order. */
export async function findIn<T extends ObjectLiteral>(
  manager: EntityManager,
  entity: new () => T,
  property: string,
  values: readonly unknown[],
): Promise<T[]> {
  const found: T[] = [];
  for (const some of chunks(values, VALUES_AT_A_TIME))
    found.push(...(await manager.findBy(entity, { [property]: In(some) } as FindOptionsWhere<T>)));
  return found;
}

/** The parts of a list, one after the other, each of `size` at most. */
export function* chunks<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}

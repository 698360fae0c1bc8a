import { getMetadataArgsStorage } from 'typeorm';

/**
 * The entity class of a relation that is named by text, for a room that may not import it.
 * @throws Error when no entity of that name is loaded
 */
export function entityNamed(name: string): new () => object {
  const found = getMetadataArgsStorage().tables.find(
    ({ target }) => typeof target === 'function' && target.name === name,
  );
  if (!found) throw new Error(`No entity ${name} is loaded`);
  return found.target as new () => object;
}

import { In } from 'typeorm';
import type { Config } from '../config/config.js';
import { withDataSource } from '../database/data-source.js';
import { withEngine } from '../database/open-engine.js';
import { CATALOGUE_ENTITIES } from './catalogue-store.js';
import { Tenant } from './tenant.entity.js';

/**
 * Those of `ids` that name no tenant of the catalogue. It reads beside a running service, and makes no database.
 * @throws Error when the catalogue cannot be read
 */
export function unknownTenants(config: Config, ids: readonly string[]): Promise<string[]> {
  return withEngine(
    config,
    async (engine) => {
      if (!engine.hasBegun) return [...ids];
      const known = await withDataSource(engine.catalogueOptions(CATALOGUE_ENTITIES), (catalogue) =>
        catalogue.getRepository(Tenant).find({ select: { id: true }, where: { id: In(ids) } }),
      );
      return ids.filter((id) => !known.some((tenant) => tenant.id === id));
    },
    { onlyReads: true },
  );
}

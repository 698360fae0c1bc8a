import { RedisBackplane } from '../backplane/redis-backplane.js';
import { Clock } from '../clock/clock.js';
import type { Config } from '../config/config.js';
import { CATALOGUE_ENTITIES, CatalogueStore } from '../catalogue/catalogue-store.js';
import { withDataSource } from '../database/data-source.js';
import type { Engine } from '../database/engine.js';
import { openEngine } from '../database/engine.module.js';
import { Migrator } from '../migration/migrator.js';
import { prepareCatalogue } from '../migration/startup-migration.js';
import type { TenantTable } from '../tenancy/feature.js';
import { TenantLifecycle } from './tenant-lifecycle.js';

/** The lock of a tenant's life, its schema, the catalogue, and one to spare. */
const CONNECTIONS = 4;
const AT_A_TIME = 1;
const ANNOUNCE_TIMEOUT_MS = 1_000;

/** What the life of tenants takes, outside the service. */
export interface Workplace {
  store: CatalogueStore;
  engine: Engine;
  lifecycle: TenantLifecycle;
  tables: readonly TenantTable[];
}

/**
 * Runs `work`, and tells running pods when the catalogue has changed, however it ended.
 * @param open gives the engine, which is closed afterwards
 */
export async function withWorkplace<T>(
  config: Config,
  tables: readonly TenantTable[],
  work: (workplace: Workplace) => Promise<T>,
  open: typeof openEngine = openEngine,
): Promise<T> {
  const engine = await open({ ...config, databasePoolMax: CONNECTIONS });
  try {
    return await withDataSource(engine.catalogueOptions(CATALOGUE_ENTITIES), async (catalogue) => {
      await prepareCatalogue(catalogue, engine, config.migrateAtStart);
      const store = new CatalogueStore(catalogue, engine);
      const before = await store.version();
      const migrator = new Migrator(engine, store);
      const lifecycle = new TenantLifecycle(
        store,
        engine,
        migrator,
        tables,
        new Clock(),
        config.exportFolder,
        AT_A_TIME,
      );
      try {
        return await work({ store, engine, lifecycle, tables });
      } finally {
        await announce(store, before.revision, config).catch(() => undefined); // the pods poll
      }
    });
  } finally {
    await engine.close();
  }
}

async function announce(store: CatalogueStore, before: number, { redisUrl, redisPrefix }: Config): Promise<void> {
  const version = await store.version();
  if (redisUrl === undefined || version.revision === before) return;
  const backplane = new RedisBackplane(redisUrl, redisPrefix);
  await backplane.announceAndWait({ tenantId: null, ...version }, ANNOUNCE_TIMEOUT_MS);
  backplane.close();
}

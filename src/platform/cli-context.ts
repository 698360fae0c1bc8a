import type { Announcement } from '../backplane/backplane.js';
import { RedisBackplane } from '../backplane/redis-backplane.js';
import { Clock } from '../clock/clock.js';
import type { Config } from '../config/config.js';
import { ANNOUNCE_TIMEOUT_MS } from '../config/time-limits.js';
import { CATALOGUE_ENTITIES, CatalogueStore } from '../catalogue/catalogue-store.js';
import { withDataSource } from '../database/data-source.js';
import type { Engine } from '../database/engine.js';
import { type Ways, withEngine } from '../database/open-engine.js';
import { Migrator } from '../migration/migrator.js';
import { prepareCatalogue } from '../migration/startup-migration.js';
import type { TenantTable } from '../tenancy/feature.js';
import { TenantHistory } from './tenant-history.js';
import { TenantLifecycle } from './tenant-lifecycle.js';

/** One for the tenant's lock, one for its schema, one for the catalogue, and one to spare. */
const CONNECTIONS = 4;
const AT_A_TIME = 1;

/** The services that the commands use, which run outside the service's process. */
export interface CliContext {
  store: CatalogueStore;
  engine: Engine;
  lifecycle: TenantLifecycle;
  history: TenantHistory;
  tables: readonly TenantTable[];
}

/**
 * Runs `work`, and then announces a changed catalogue to the running pods, even when the work failed.
 * @throws InUse when a service has the embedded database, and `work` writes
 */
export function withCliContext<T>(
  config: Config,
  tables: readonly TenantTable[],
  work: (context: CliContext) => Promise<T>,
  ways: Ways = {},
): Promise<T> {
  const inContext = (engine: Engine) =>
    withDataSource(engine.catalogueOptions(CATALOGUE_ENTITIES), async (catalogue) => {
      await prepareCatalogue(catalogue, engine, config.migrateAtStart && !engine.isReader);
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
      const history = new TenantHistory(store, engine, tables, new Clock(), (tenantId, version) =>
        announce({ tenantId, ...version }, config),
      );
      try {
        return await work({ store, engine, lifecycle, history, tables });
      } finally {
        await announceCatalogue(store, before.revision, config);
      }
    });
  return withEngine({ ...config, databasePoolMax: CONNECTIONS }, inContext, ways);
}

async function announceCatalogue(store: CatalogueStore, before: number, config: Config): Promise<void> {
  const version = await store.version().catch(() => undefined);
  if (version && version.revision !== before) await announce({ tenantId: null, ...version }, config);
}

/** Tells the running pods, if there is a Redis to tell them by. They poll anyway. */
async function announce(announcement: Announcement, { redisUrl, redisPrefix }: Config): Promise<void> {
  if (redisUrl === undefined) return;
  const backplane = new RedisBackplane(redisUrl, redisPrefix);
  await backplane.announceAndWait(announcement, ANNOUNCE_TIMEOUT_MS).catch(() => undefined);
  backplane.close();
}

import 'reflect-metadata';
import { join } from 'node:path';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { Environment } from './environment.js';
import { SqlServerUrl } from './sql-server-url.js';
import { DRAIN_DELAY_DEFAULT_MS } from './time-limits.js';

export type Config = ReturnType<typeof loadConfig>;

/** Injection token of the configuration. */
export const CONFIG = Symbol('config');

/** A file ends with one; a value that was read from a file may bear it still. */
const LAST_LINE_BREAK = /\r?\n$/;

/** Thrown with a message for the operator: every variable that is wrong, and what it should be. */
export class ConfigError extends Error {}

/**
 * Reads, checks and freezes the environment. Nothing else reads process.env.
 * @throws ConfigError that names every bad variable
 */
export function loadConfig(source: NodeJS.ProcessEnv = process.env) {
  const given = Object.fromEntries(
    Object.keys(new Environment())
      .concat('DEMO', 'DATABASE_MIGRATE', 'REDIS_URL', 'JWT_SECRET', 'JWT_ISSUER', 'JWKS_URL', 'JWT_AUDIENCE')
      .concat(
        'DRAIN_DELAY_MS',
        'EXPORT_FOLDER',
        'LOG_FORMAT',
        'METRICS_PORT',
        'OTEL_EXPORTER_OTLP_ENDPOINT',
        'OIDC_CLIENT_ID',
        'WEBHOOK_SECRET_KEY',
      )
      .map((name) => [name, source[name]?.replace(LAST_LINE_BREAK, '')] as const)
      .filter(([, value]) => value),
  );
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const faults = validateSync(environment, { stopAtFirstError: true }).map(
    ({ property, constraints }) => `  ${property} should be ${Object.values(constraints ?? {})[0]}`,
  );
  if (environment.JWT_SECRET && (environment.JWT_ISSUER ?? environment.JWKS_URL)) {
    faults.push('  JWT_SECRET should be unset when JWT_ISSUER or JWKS_URL is set: tokens are of one kind');
  }
  if (environment.OIDC_CLIENT_ID !== undefined && environment.JWT_ISSUER === undefined) {
    faults.push('  OIDC_CLIENT_ID should be unset without JWT_ISSUER, where staff would sign in with it');
  }
  if (environment.METRICS_PORT !== undefined && environment.METRICS_PORT === environment.PORT) {
    faults.push('  METRICS_PORT should be another port than PORT, or unset to serve /metrics there');
  }
  const { DRAIN_DELAY_MS, SHUTDOWN_GRACE_MS } = environment;
  if (DRAIN_DELAY_MS && DRAIN_DELAY_MS >= SHUTDOWN_GRACE_MS) {
    faults.push('  DRAIN_DELAY_MS should be less than SHUTDOWN_GRACE_MS, which it is a part of');
  }
  if (faults.length > 0) {
    throw new ConfigError(`Atrium cannot start, the environment needs mending:\n${faults.join('\n')}`);
  }
  const sqlServer = SqlServerUrl.parse(environment.DATABASE_URL);
  const production = environment.NODE_ENV === 'production';
  const databaseFolder = sqlServer ? 'data' : environment.DATABASE_URL.slice('sqlite:'.length);
  return Object.freeze({
    port: environment.PORT,
    host: environment.HOST,
    /** An idle connection is closed after this; it should outlast the idle time of whatever stands in front. */
    keepAliveMs: environment.KEEP_ALIVE_MS,
    /** Undefined: SQLite. */
    sqlServer,
    /** Folder of the SQLite files and the development secret. On SQL Server it holds no tenant's rows. */
    databaseFolder,
    /** Folder of the exports of retired tenants. */
    exportFolder: environment.EXPORT_FOLDER ?? join(databaseFolder, 'exports'),
    databasePoolMax: environment.DATABASE_POOL_MAX,
    migrateAtStart: environment.DATABASE_MIGRATE ?? !sqlServer,
    tenantHeader: environment.TENANT_HEADER,
    /** The same in lower case, as Node names headers. */
    tenantHeaderKey: environment.TENANT_HEADER.toLowerCase(),
    tenants: environment.TENANTS,
    publicReads: environment.PUBLIC_READS,
    /** Whether changes keep the name and e-mail address in the token of whoever made them. */
    keepsPeople: environment.CHANGES_PEOPLE,
    /** Days after which "atrium purge" removes deleted rows and changes; 0: never. */
    tombstoneDays: environment.TOMBSTONE_DAYS,
    changesDays: environment.CHANGES_DAYS,
    /** HTTP caches use a public answer this long without asking, at most. */
    freshSeconds: environment.FRESH_SECONDS,
    /** Source of the keys that verify tokens: a secret, or the issuer's key set. All undefined: a development secret. */
    jwtSecret: environment.JWT_SECRET,
    jwtIssuer: environment.JWT_ISSUER,
    jwksUrl: environment.JWKS_URL,
    jwtAudience: environment.JWT_AUDIENCE,
    /** The staff page signs in at the issuer as this client. Undefined: staff paste a token. */
    oidcClientId: environment.OIDC_CLIENT_ID,
    /** Keep the secrets of webhooks; the first is the newest. Empty: JWT_SECRET does, if there is one. */
    webhookSecretKeys: environment.WEBHOOK_SECRET_KEY ?? [],
    /** Whether webhooks may have http, any port and private addresses. */
    webhookAllowPrivate: environment.WEBHOOK_ALLOW_PRIVATE,
    /** Requests a second for each tenant; 0: no limit. */
    rateLimit: environment.RATE_LIMIT,
    corsOrigins: environment.CORS_ORIGINS,
    docs: environment.DOCS,
    /** Undefined: seed the demo when the catalogue is empty. */
    demo: environment.DEMO ?? (production ? false : undefined),
    redisUrl: environment.REDIS_URL,
    redisPrefix: environment.REDIS_PREFIX,
    revisionPollMs: environment.REVISION_POLL_MS,
    staleMaxMs: environment.STALE_MAX_S * 1_000,
    /** Largest size of the answers in memory, together; 0 keeps none. */
    cacheMemoryBytes: environment.CACHE_MEMORY_MB * 1024 * 1024,
    shutdownGraceMs: SHUTDOWN_GRACE_MS,
    /** Part of the grace: requests are still accepted while load balancers notice the shutdown. */
    drainDelayMs: DRAIN_DELAY_MS ?? (production ? Math.min(DRAIN_DELAY_DEFAULT_MS, SHUTDOWN_GRACE_MS / 2) : 0),
    logLevel: environment.LOG_LEVEL,
    /** Whether successful reads are logged too. */
    logsReads: ['debug', 'trace'].includes(environment.LOG_LEVEL),
    logFormat: environment.LOG_FORMAT ?? (production || !process.stdout.isTTY ? 'json' : 'pretty'),
    /** Whether the start prints addresses, tenants and a token for the person at the terminal. */
    banner: !production && environment.LOG_FORMAT !== 'json',
    metrics: environment.METRICS,
    /** Undefined: /metrics is served on PORT. */
    metricsPort: environment.METRICS_PORT,
    /** Largest number of tenants with a time series of their own; 0: none. */
    metricsTenantsMax: environment.METRICS_BY_TENANT ? environment.METRICS_TENANTS_MAX : 0,
    /** Whether traces and metrics are exported. The SDK reads the other OTEL_* variables itself. */
    telemetry: environment.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
    production,
  });
}

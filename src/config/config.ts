import 'reflect-metadata';
import { join } from 'node:path';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { Environment } from './environment.js';
import { SqlServerUrl } from './sql-server-url.js';

export type Config = ReturnType<typeof loadConfig>;

/** Injection token of the configuration. */
export const CONFIG = Symbol('config');

/** Says every variable that is wrong, and what each should be. */
export class ConfigError extends Error {}

/**
 * The environment, checked and frozen: the only reader of process.env.
 * @throws ConfigError that names every bad variable
 */
export function loadConfig(source: NodeJS.ProcessEnv = process.env) {
  const given = Object.fromEntries(
    Object.keys(new Environment())
      .concat(
        'DEMO',
        'DATABASE_MIGRATE',
        'EXPORT_FOLDER',
        'REDIS_URL',
        'JWT_SECRET',
        'JWT_ISSUER',
        'JWKS_URL',
        'JWT_AUDIENCE',
      )
      .flatMap((name) => (source[name] ? [[name, source[name]]] : [])),
  );
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const faults = validateSync(environment, { stopAtFirstError: true }).map(
    ({ property, constraints }) => `  ${property} should be ${Object.values(constraints ?? {})[0]}`,
  );
  if (environment.JWT_SECRET && (environment.JWT_ISSUER ?? environment.JWKS_URL)) {
    faults.push('  JWT_SECRET should be unset when JWT_ISSUER or JWKS_URL is set: tokens are of one kind');
  }
  if (faults.length > 0) {
    throw new ConfigError(`Atrium cannot start, the environment needs mending:\n${faults.join('\n')}`);
  }
  const sqlServer = SqlServerUrl.parse(environment.DATABASE_URL);
  const databaseFolder = sqlServer ? 'data' : environment.DATABASE_URL.slice('sqlite:'.length);
  return Object.freeze({
    port: environment.PORT,
    host: environment.HOST,
    /** Undefined: the embedded default. */
    sqlServer,
    /** The files of the embedded default; on SQL Server nothing of a tenant's lies there. */
    databaseFolder,
    /** Where what a retired tenant held is kept. */
    exportFolder: environment.EXPORT_FOLDER ?? join(databaseFolder, 'exports'),
    databasePoolMax: environment.DATABASE_POOL_MAX,
    migrateAtStart: environment.DATABASE_MIGRATE ?? !sqlServer,
    tenantHeader: environment.TENANT_HEADER,
    tenants: environment.TENANTS,
    publicReads: environment.PUBLIC_READS,
    /** Where the keys come from that tokens are checked with: a secret, or the issuer's key set. All undefined: nowhere. */
    jwtSecret: environment.JWT_SECRET,
    jwtIssuer: environment.JWT_ISSUER,
    jwksUrl: environment.JWKS_URL,
    jwtAudience: environment.JWT_AUDIENCE,
    /** Requests a second of one tenant; 0 is no limit. */
    rateLimit: environment.RATE_LIMIT,
    corsOrigins: environment.CORS_ORIGINS,
    docs: environment.DOCS,
    /** Undefined: seed the demo when the catalogue is empty. */
    demo: environment.DEMO ?? (environment.NODE_ENV === 'production' ? false : undefined),
    redisUrl: environment.REDIS_URL,
    redisPrefix: environment.REDIS_PREFIX,
    revisionPollMs: environment.REVISION_POLL_MS,
    staleMaxMs: environment.STALE_MAX_S * 1_000,
    /** What answers kept in memory may weigh; 0 keeps none. */
    cacheMemoryBytes: environment.CACHE_MEMORY_MB * 1024 * 1024,
    shutdownGraceMs: environment.SHUTDOWN_GRACE_MS,
    logLevel: environment.LOG_LEVEL,
    production: environment.NODE_ENV === 'production',
  });
}

import 'reflect-metadata';
import { plainToInstance, Transform } from 'class-transformer';
import { IsIn, IsInt, IsNotEmpty, IsOptional, Matches, Max, Min, ValidateBy, validateSync } from 'class-validator';

/** What `TENANTS` holds, and what it takes to make a tenant. */
export interface TenantSeed {
  id: string;
  name: string;
  timeZone: string;
}

/** 1–63 characters of a-z, 0-9 and hyphen, starting with a letter, ending with a letter or digit. */
export const TENANT_ID = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** The environment as it is written; `loadConfig` turns it into what the code uses. */
class Environment {
  @Transform(integer)
  @InRange(0, 65_535, 'a port number')
  PORT = 3000;

  @IsNotEmpty({ message: 'an address to listen on, such as 0.0.0.0' })
  HOST = '0.0.0.0';

  @Matches(/^sqlite:.+/, { message: 'sqlite:<folder>, such as sqlite:data' })
  DATABASE_URL = 'sqlite:data';

  @Transform(boolean)
  @IsIn([true, false], { message: 'true or false' })
  DATABASE_MIGRATE = true;

  @Matches(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, { message: 'a header name of letters, digits and hyphens' })
  TENANT_HEADER = 'X-Tenant-Id';

  @Transform(json)
  @IsTenantSeeds()
  TENANTS: TenantSeed[] = [];

  @Transform(boolean)
  @IsOptional()
  @IsIn([true, false], { message: 'true or false' })
  DEMO?: boolean;

  @IsOptional()
  @Matches(/^rediss?:\/\/[^,\s]+(,\s*rediss?:\/\/[^,\s]+)*$/, {
    message: 'redis://host:6379 or rediss://host:6379, or several of a cluster, comma-separated',
  })
  REDIS_URL?: string;

  @Matches(/^[\w.-]{1,64}$/, { message: '1-64 letters, digits, "_", "-" or "."' })
  REDIS_PREFIX = 'atrium';

  @Transform(integer)
  @InRange(100, 600_000, 'milliseconds')
  REVISION_POLL_MS = 5_000;

  @Transform(integer)
  @InRange(0, 31_536_000, 'seconds')
  STALE_MAX_S = 86_400;

  @Transform(integer)
  @InRange(0, 65_536, 'mebibytes')
  CACHE_MEMORY_MB = 64;

  @Transform(integer)
  @InRange(0, 600_000, 'milliseconds')
  SHUTDOWN_GRACE_MS = 10_000;

  @IsIn(LOG_LEVELS, { message: `one of ${LOG_LEVELS.join(', ')}` })
  LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'info';

  NODE_ENV = 'development';
}

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
      .concat('DEMO', 'REDIS_URL')
      .flatMap((name) => (source[name] ? [[name, source[name]]] : [])),
  );
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const faults = validateSync(environment, { stopAtFirstError: true }).map(
    ({ property, constraints }) => `  ${property} should be ${Object.values(constraints ?? {})[0]}`,
  );
  if (faults.length > 0) {
    throw new ConfigError(`Atrium cannot start, the environment needs mending:\n${faults.join('\n')}`);
  }
  return Object.freeze({
    port: environment.PORT,
    host: environment.HOST,
    databaseFolder: environment.DATABASE_URL.slice('sqlite:'.length),
    migrateAtStart: environment.DATABASE_MIGRATE,
    tenantHeader: environment.TENANT_HEADER,
    tenants: environment.TENANTS,
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

function InRange(min: number, max: number, unit: string): PropertyDecorator {
  const message = `${unit} from ${min} to ${max}`;
  return (target, property) => {
    for (const rule of [IsInt({ message }), Min(min, { message }), Max(max, { message })]) rule(target, property);
  };
}

function IsTenantSeeds(): PropertyDecorator {
  return ValidateBy({
    name: 'isTenantSeeds',
    validator: {
      validate: (value) =>
        Array.isArray(value) && value.every(isTenantSeed) && new Set(value.map(({ id }) => id)).size === value.length,
      defaultMessage: () =>
        'a JSON array such as [{"id":"riverside","name":"Riverside","timeZone":"Europe/Berlin"}], ids distinct, ' +
        'each 1-63 characters of a-z 0-9 - from a letter to a letter or digit, time zones from the IANA list',
    },
  });
}

function isTenantSeed(value: unknown): value is TenantSeed {
  const { id, name, timeZone } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof id === 'string' &&
    TENANT_ID.test(id) &&
    typeof name === 'string' &&
    name.trim() !== '' &&
    isTimeZone(timeZone)
  );
}

function integer({ value }: { value: unknown }): unknown {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}

function boolean({ value }: { value: unknown }): unknown {
  return value === 'true' ? true : value === 'false' ? false : value;
}

function json({ value }: { value: unknown }): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    return undefined;
  }
}

/** Whether `name` is an IANA time zone that this machine knows. */
function isTimeZone(name: unknown): name is string {
  try {
    return (
      typeof name === 'string' && /^[A-Za-z]/.test(name) && Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
    );
  } catch {
    return false;
  }
}

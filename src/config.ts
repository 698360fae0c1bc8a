import 'reflect-metadata';
import { plainToInstance, Transform } from 'class-transformer';
import {
  IsByteLength,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateBy,
  validateSync,
} from 'class-validator';

/** What `TENANTS` holds, and what it takes to make a tenant. */
export interface TenantSeed {
  id: string;
  name: string;
  timeZone: string;
}

/** 1–63 characters of a-z, 0-9 and hyphen, starting with a letter, ending with a letter or digit. */
export const TENANT_ID = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** A SQL Server, a database on it and a login. Neither JSON nor a log shows the password. */
export class SqlServerUrl {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly encrypt: boolean;
  readonly trustServerCertificate: boolean;
  readonly #text: string;

  private constructor(text: string) {
    const url = new URL(text);
    this.#text = text;
    this.host = url.hostname.replace(/^\[|\]$/g, '');
    this.port = Number(url.port || 1433);
    this.database = decodeURIComponent(url.pathname.slice(1));
    this.user = decodeURIComponent(url.username);
    this.encrypt = url.searchParams.get('encrypt') !== 'false';
    this.trustServerCertificate = url.searchParams.get('trustServerCertificate') === 'true';
  }

  /** Undefined when `text` is no such URL: one with every part, and with no option that is not known. */
  static parse(text: string): SqlServerUrl | undefined {
    if (!text.startsWith('mssql://') || !URL.canParse(text)) return undefined;
    const known = [...new URL(text).searchParams].every(
      ([name, value]) => ['encrypt', 'trustServerCertificate'].includes(name) && ['true', 'false'].includes(value),
    );
    try {
      const url = new SqlServerUrl(text);
      return known && url.host && url.user && url.reveal().password && url.database ? url : undefined;
    } catch {
      return undefined; // a stray % in one of its parts
    }
  }

  /** For the driver, and for nothing that prints. `text` is the URL as it was written. */
  reveal(): { password: string; text: string } {
    return { password: decodeURIComponent(new URL(this.#text).password), text: this.#text };
  }

  toString(): string {
    return `mssql://${this.user}@${this.host}:${this.port}/${this.database}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** The environment as it is written; `loadConfig` turns it into what the code uses. */
class Environment {
  @Transform(integer)
  @InRange(0, 65_535, 'a port number')
  PORT = 3000;

  @IsNotEmpty({ message: 'an address to listen on, such as 0.0.0.0' })
  HOST = '0.0.0.0';

  @IsDatabaseUrl()
  DATABASE_URL = 'sqlite:data';

  @Transform(integer)
  @InRange(1, 1_000, 'connections')
  DATABASE_POOL_MAX = 10;

  @Transform(boolean)
  @IsOptional()
  @IsIn([true, false], { message: 'true or false' })
  DATABASE_MIGRATE?: boolean;

  @Matches(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, { message: 'a header name of letters, digits and hyphens' })
  TENANT_HEADER = 'X-Tenant-Id';

  @Transform(json)
  @IsTenantSeeds()
  TENANTS: TenantSeed[] = [];

  @Transform(boolean)
  @IsOptional()
  @IsIn([true, false], { message: 'true or false' })
  DEMO?: boolean;

  @Transform(boolean)
  @IsIn([true, false], { message: 'true or false' })
  PUBLIC_READS = true;

  @IsOptional()
  @IsByteLength(32, 4_096, {
    message: 'at least 32 bytes that nobody can guess, such as openssl rand -base64 32 gives',
  })
  JWT_SECRET?: string;

  @IsOptional()
  @IsKeyUrl()
  JWT_ISSUER?: string;

  @IsOptional()
  @IsKeyUrl()
  JWKS_URL?: string;

  @IsOptional()
  JWT_AUDIENCE?: string;

  @Transform(integer)
  @InRange(0, 1_000_000, 'requests a second, 0 for no limit,')
  RATE_LIMIT = 0;

  @Transform(list)
  @IsOrigins()
  CORS_ORIGINS: string[] = [];

  @Transform(boolean)
  @IsIn([true, false], { message: 'true or false' })
  DOCS = true;

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
      .concat('DEMO', 'DATABASE_MIGRATE', 'REDIS_URL', 'JWT_SECRET', 'JWT_ISSUER', 'JWKS_URL', 'JWT_AUDIENCE')
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
  return Object.freeze({
    port: environment.PORT,
    host: environment.HOST,
    /** Undefined: the embedded default. */
    sqlServer,
    /** The files of the embedded default; on SQL Server nothing of a tenant's lies there. */
    databaseFolder: sqlServer ? 'data' : environment.DATABASE_URL.slice('sqlite:'.length),
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

function InRange(min: number, max: number, unit: string): PropertyDecorator {
  const message = `${unit} from ${min} to ${max}`;
  return (target, property) => {
    for (const rule of [IsInt({ message }), Min(min, { message }), Max(max, { message })]) rule(target, property);
  };
}

function IsDatabaseUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'isDatabaseUrl',
    validator: {
      validate: (value) =>
        typeof value === 'string' && (/^sqlite:.+/.test(value) || SqlServerUrl.parse(value) !== undefined),
      defaultMessage: () =>
        'sqlite:<folder>, or mssql://user:password@host:1433/database?encrypt=true&trustServerCertificate=false ' +
        'with every part URL-encoded (%40 for @)',
    },
  });
}

function IsKeyUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'isKeyUrl',
    validator: {
      validate: (value, args) => isKeyUrl(value, (args?.object as Environment | undefined)?.NODE_ENV === 'production'),
      defaultMessage: () => 'an https URL; http is for this machine, and for others where NODE_ENV is not production',
    },
  });
}

/** Whoever can change keys on their way here can sign tokens. */
function isKeyUrl(value: unknown, production: boolean): boolean {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url?.protocol === 'https:') return true;
  return url?.protocol === 'http:' && (!production || ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname));
}

function IsOrigins(): PropertyDecorator {
  return ValidateBy({
    name: 'isOrigins',
    validator: {
      validate: (value) =>
        Array.isArray(value) && value.every((origin) => origin === '*' || URL.parse(String(origin))?.origin === origin),
      defaultMessage: () => 'origins such as https://admin.example.com, separated by commas, or * for any',
    },
  });
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

function list({ value }: { value: unknown }): unknown {
  return typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
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

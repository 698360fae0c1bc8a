import { Transform } from 'class-transformer';
import { IsByteLength, IsIn, IsNotEmpty, IsOptional, Matches } from 'class-validator';
import {
  boolean,
  InRange,
  integer,
  IsDatabaseUrl,
  IsHttpUrl,
  IsKeyUrl,
  IsOrigins,
  IsRedisUrls,
  IsTenantHeader,
  IsTenantSeeds,
  list,
  tenantSeeds,
} from './environment-rules.js';
import { HTTP_KEEP_ALIVE_MS } from './time-limits.js';
import type { TenantSeed } from './tenant-seed.js';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** The environment variables with their rules and defaults. `loadConfig` derives the configuration from them. */
export class Environment {
  @Transform(integer)
  @InRange(0, 65_535, 'a port number')
  PORT = 3000;

  @IsNotEmpty({ message: 'an address to listen on, such as 0.0.0.0' })
  HOST = '0.0.0.0';

  @Transform(integer)
  @InRange(1_000, 86_400_000, 'milliseconds')
  KEEP_ALIVE_MS = HTTP_KEEP_ALIVE_MS;

  @IsDatabaseUrl()
  DATABASE_URL = 'sqlite:data';

  @Transform(integer)
  @InRange(1, 1_000, 'connections')
  DATABASE_POOL_MAX = 10;

  @Transform(boolean)
  @IsOptional()
  @IsIn([true, false], { message: 'true or false' })
  DATABASE_MIGRATE?: boolean;

  @IsOptional()
  @IsNotEmpty({ message: 'a folder' })
  EXPORT_FOLDER?: string;

  @IsTenantHeader()
  TENANT_HEADER = 'X-Tenant-Id';

  @Transform(tenantSeeds)
  @IsTenantSeeds()
  TENANTS: TenantSeed[] = [];

  @Transform(boolean)
  @IsOptional()
  @IsIn([true, false], { message: 'true or false' })
  DEMO?: boolean;

  @Transform(boolean)
  @IsIn([true, false], { message: 'true or false' })
  PUBLIC_READS = true;

  @Transform(boolean)
  @IsIn([true, false], { message: 'true or false' })
  CHANGES_PEOPLE = false;

  @Transform(integer)
  @InRange(0, 36_500, 'days, 0 for ever,')
  TOMBSTONE_DAYS = 90;

  @Transform(integer)
  @InRange(0, 36_500, 'days, 0 for ever,')
  CHANGES_DAYS = 0;

  @Transform(integer)
  @InRange(0, 3_600, 'seconds')
  FRESH_SECONDS = 5;

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

  @IsOptional()
  @Matches(/^[\x21-\x7e]{1,255}$/, { message: '1-255 characters without spaces' })
  OIDC_CLIENT_ID?: string;

  @IsOptional()
  @Transform(list)
  @IsByteLength(32, 4_096, {
    each: true,
    message: 'at least 32 bytes that nobody can guess, such as openssl rand -base64 32 gives; several comma-separated',
  })
  WEBHOOK_SECRET_KEY?: string[];

  @Transform(boolean)
  @IsIn([true, false], { message: 'true or false' })
  WEBHOOK_ALLOW_PRIVATE = false;

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
  @IsRedisUrls()
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

  @Transform(integer)
  @IsOptional()
  @InRange(0, 600_000, 'milliseconds')
  DRAIN_DELAY_MS?: number;

  @IsIn(LOG_LEVELS, { message: `one of ${LOG_LEVELS.join(', ')}` })
  LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'info';

  @IsOptional()
  @IsIn(['json', 'pretty'], { message: 'json or pretty' })
  LOG_FORMAT?: 'json' | 'pretty';

  @Transform(boolean)
  @IsIn([true, false], { message: 'true or false' })
  METRICS = true;

  @Transform(integer)
  @IsOptional()
  @InRange(1, 65_535, 'a port number')
  METRICS_PORT?: number;

  @Transform(boolean)
  @IsIn([true, false], { message: 'true or false' })
  METRICS_BY_TENANT = false;

  @Transform(integer)
  @InRange(1, 10_000, 'tenants')
  METRICS_TENANTS_MAX = 100;

  @IsOptional()
  @IsHttpUrl('http://collector:4318')
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  NODE_ENV = 'development';
}

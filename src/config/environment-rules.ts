import { IsInt, Max, Min, ValidateBy } from 'class-validator';
import { isKeyUrl } from './key-url.js';
import { tidyName } from './name-rule.js';
import { isOrigin } from './origin.js';
import { areRedisUrls } from './redis-url.js';
import { SqlServerUrl } from './sql-server-url.js';
import { isFreeHeader } from './tenant-header.js';
import { isTenantSeed } from './tenant-seed.js';
import { listedTimeZone } from './time-zone.js';

export function InRange(min: number, max: number, unit: string): PropertyDecorator {
  const message = `${unit} from ${min} to ${max}`;
  return (target, property) => {
    for (const rule of [IsInt({ message }), Min(min, { message }), Max(max, { message })]) rule(target, property);
  };
}

export function IsDatabaseUrl(): PropertyDecorator {
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

export function IsKeyUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'isKeyUrl',
    validator: {
      validate: (value, args) => isKeyUrl(value, isProduction(args?.object)),
      defaultMessage: () => 'an https URL; http is for this machine, and for others where NODE_ENV is not production',
    },
  });
}

function isProduction(environment: object = {}): boolean {
  return 'NODE_ENV' in environment && environment.NODE_ENV === 'production';
}

export function IsOrigins(): PropertyDecorator {
  return ValidateBy({
    name: 'isOrigins',
    validator: {
      validate: (value) => Array.isArray(value) && value.every((origin) => origin === '*' || isOrigin(String(origin))),
      defaultMessage: () =>
        'origins such as https://admin.example.com, https://*.example.com (one label for the star) or ' +
        'capacitor://localhost, separated by commas, or * for any',
    },
  });
}

export function IsRedisUrls(): PropertyDecorator {
  return ValidateBy({
    name: 'isRedisUrls',
    validator: {
      validate: areRedisUrls,
      defaultMessage: () =>
        'redis://host:6379 or rediss://user:password@host:6379/0 with every part URL-encoded (%40 for @), ' +
        'or several of a cluster, comma-separated',
    },
  });
}

export function IsHttpUrl(example: string): PropertyDecorator {
  return ValidateBy({
    name: 'isHttpUrl',
    validator: {
      validate: (value) => typeof value === 'string' && /^https?:\/\/[^\s/]/.test(value) && URL.canParse(value),
      defaultMessage: () => `an http or https URL such as ${example}`,
    },
  });
}

/** Refuses a header name that already has another meaning. The message names that meaning. */
export function IsTenantHeader(): PropertyDecorator {
  return ValidateBy({
    name: 'isTenantHeader',
    validator: {
      validate: (name) => isHeaderName(name) && isFreeHeader(name),
      defaultMessage: (args) =>
        isHeaderName(args?.value)
          ? `a header of its own, such as X-Tenant-Id: ${args.value} has another meaning`
          : 'a header name of letters, digits and hyphens',
    },
  });
}

function isHeaderName(name: unknown): name is string {
  return typeof name === 'string' && /^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(name);
}

export function IsTenantSeeds(): PropertyDecorator {
  return ValidateBy({
    name: 'isTenantSeeds',
    validator: {
      validate: (value) =>
        Array.isArray(value) && value.every(isTenantSeed) && new Set(value.map(({ id }) => id)).size === value.length,
      defaultMessage: () =>
        'a JSON array such as [{"id":"riverside","name":"Riverside","timeZone":"Europe/Berlin"}], ids distinct, ' +
        'each 1-63 characters of a-z 0-9 - from a letter to a letter or digit, names of 1-500 characters, ' +
        'something visible in them, none a control character, time zones from the IANA list, languages, if any, ' +
        'by canonical BCP 47 tag',
    },
  });
}

export function integer({ value }: { value: unknown }): unknown {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}

export function boolean({ value }: { value: unknown }): unknown {
  return value === 'true' ? true : value === 'false' ? false : value;
}

export function list({ value }: { value: unknown }): unknown {
  return typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
}

/** Names and time zones become what POST /tenants makes of them. */
export function tenantSeeds({ value }: { value: unknown }): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value, tidy) : value;
  } catch {
    return undefined;
  }
}

function tidy(key: string, value: unknown): unknown {
  if (key === 'timeZone') return listedTimeZone({ value });
  return key === 'name' && typeof value === 'string' ? tidyName(value) : value;
}

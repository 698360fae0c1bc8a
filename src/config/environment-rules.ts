import { IsInt, Max, Min, ValidateBy } from 'class-validator';
import { SqlServerUrl } from './sql-server-url.js';
import { isTenantSeed } from './tenant-seed.js';

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

/** In production keys come over https: anybody who can change them on the way can sign tokens. */
function isKeyUrl(value: unknown, production: boolean): boolean {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url?.protocol === 'https:') return true;
  return url?.protocol === 'http:' && (!production || ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname));
}

export function IsOrigins(): PropertyDecorator {
  return ValidateBy({
    name: 'isOrigins',
    validator: {
      validate: (value) =>
        Array.isArray(value) && value.every((origin) => origin === '*' || URL.parse(String(origin))?.origin === origin),
      defaultMessage: () => 'origins such as https://admin.example.com, separated by commas, or * for any',
    },
  });
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
        'none a control character, time zones from the IANA list',
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

/** Trims names, as POST /tenants does. */
export function tenantSeeds({ value }: { value: unknown }): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value, trimName) : value;
  } catch {
    return undefined;
  }
}

function trimName(key: string, value: unknown): unknown {
  return key === 'name' && typeof value === 'string' ? value.trim() : value;
}

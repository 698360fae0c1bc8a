import { areLanguages } from './language.js';
import { NAME_CHARACTERS, NAME_LENGTH, NAME_VISIBLE } from './name-rule.js';
import { timeZoneNamed } from './time-zone.js';

/** The fields that make a tenant: an entry of `TENANTS`, or the body of POST /tenants. */
export interface TenantSeed {
  id: string;
  name: string;
  timeZone: string;
  /** None unless given. */
  languages?: string[];
}

/** 1–63 characters of a-z, 0-9 and hyphen, starting with a letter, ending with a letter or digit. */
export const TENANT_ID = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Ids that are refused because they have a meaning for databases or for Atrium. */
export const RESERVED_TENANT_IDS = [
  'platform',
  'catalogue',
  'public',
  'dbo',
  'sys',
  'guest',
  'information-schema',
  'master',
  'model',
  'msdb',
  'tempdb',
];

/** Applies the rules of POST /tenants to a seed whose name and time zone are tidy. */
export function isTenantSeed(value: unknown): value is TenantSeed {
  const { id, name, timeZone, languages = [] } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof id === 'string' &&
    TENANT_ID.test(id) &&
    !RESERVED_TENANT_IDS.includes(id) &&
    typeof name === 'string' &&
    NAME_CHARACTERS.test(name) &&
    NAME_LENGTH.test(name) &&
    NAME_VISIBLE.test(name) &&
    isTimeZone(timeZone) &&
    areLanguages(languages)
  );
}

/** Whether `name` is a time zone in which local dates can be read. */
export function isTimeZone(name: unknown): name is string {
  return timeZoneNamed(name) !== undefined;
}

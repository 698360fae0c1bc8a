import type { CatalogueStore } from '../catalogue/catalogue-store.js';
import type { TenantChange } from '../catalogue/tenant-change.entity.js';
import * as problems from './tenant-problems.js';

/** A step in the life of a tenant, as `atrium tenants log` reports it. */
export interface LogEntry {
  /** The catalogue's revision that the step made. */
  revision: number;
  at: Date;
  /** The subject of the token, or the command that did it. */
  actor: string;
  action: string;
  tenant: string;
  /** By field of the tenant, its value before and after the step. */
  changed: Record<string, { from: unknown; to: unknown }>;
}

/** Fields that are the same in every step, or that only the service needs. */
const NOT_REPORTED = new Set(['id', 'revision', 'schema', 'createdOn', 'epoch']);

/**
 * Reads the latest steps, oldest first.
 * @param tenantId of one tenant, present or retired; undefined: of all
 * @throws Problem 404 when no tenant ever had that id
 */
export async function readTenantLog(
  store: CatalogueStore,
  tenantId: string | undefined,
  limit: number,
): Promise<LogEntry[]> {
  const changes = await store.changes(tenantId, limit);
  if (tenantId !== undefined && changes.length === 0) throw problems.unknown(tenantId);
  return changes.map(({ revision, at, actor, action, tenantId: tenant, before, after }) => ({
    revision,
    at,
    actor,
    action,
    tenant,
    changed: differences(before, after),
  }));
}

/** One line for a terminal, such as `7  2026-11-27T10:00:00.000Z  mary  update  harbour  status: active → suspended`. */
export function logLine({ revision, at, actor, action, tenant, changed }: LogEntry): string {
  const fields = Object.entries(changed).map(([field, { from, to }]) =>
    from === null ? `${field}: ${inWords(to)}` : `${field}: ${inWords(from)} → ${inWords(to)}`,
  );
  return [revision, at.toISOString(), actor, action, tenant, fields.join(', ')].join('  ').trimEnd();
}

function differences(before: TenantChange['before'], after: TenantChange['after']): LogEntry['changed'] {
  const [was, is] = [before ?? {}, after ?? {}] as [Record<string, unknown>, Record<string, unknown>];
  const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (field) => !NOT_REPORTED.has(field) && JSON.stringify(was[field]) !== JSON.stringify(is[field]),
  );
  return Object.fromEntries(fields.map((field) => [field, { from: was[field] ?? null, to: is[field] ?? null }]));
}

function inWords(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Tenant } from '../catalogue/tenant.entity.js';

/** The tenant that a request works for, and who sent it. */
export interface Caller {
  tenant: Tenant;
  /** The path and query of a request, as they came. */
  url?: string | undefined;
  /** Named in the tenant's changes. Undefined until the guard has verified a token; writes are refused until then. */
  actor?: string;
  /** Named in the tenant's changes with the actor. Undefined unless CHANGES_PEOPLE=true. */
  person?: { name?: string | undefined; email?: string | undefined };
  /** Whether drafts and rows that are not yet shown are seen: by editors of the tenant. The public sees none. */
  seesHidden?: boolean;
}

const storage = new AsyncLocalStorage<Caller>();

/** Runs `work` for `caller`: the only way to reach a tenant's rows. */
export function runAs<T>(caller: Caller, work: () => T): T {
  return storage.run(caller, work);
}

/** @throws Error outside `runAs`: there is no default tenant */
export function currentCaller(): Caller {
  const caller = storage.getStore();
  if (!caller) throw new Error('No tenant: this work runs outside a request');
  return caller;
}

export function currentTenant(): Tenant {
  return currentCaller().tenant;
}

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Tenant } from '../catalogue/tenant.entity.js';

/** On whose behalf the work is done. */
export interface Caller {
  tenant: Tenant;
  /** Who is written into the tenant's changes; undefined until the guard has seen who it is, and then nothing is written. */
  actor?: string;
}

const storage = new AsyncLocalStorage<Caller>();

/** Runs `work` on behalf of `caller`: the one way to reach a tenant's rows. */
export function runAs<T>(caller: Caller, work: () => T): T {
  return storage.run(caller, work);
}

/** @throws Error when nobody's work is being done: there is no default tenant */
export function currentCaller(): Caller {
  const caller = storage.getStore();
  if (!caller) throw new Error('No tenant: this work runs outside a request');
  return caller;
}

export function currentTenant(): Tenant {
  return currentCaller().tenant;
}

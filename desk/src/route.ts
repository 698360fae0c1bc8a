import { useSyncExternalStore } from 'react';
import { CAN } from 'virtual:rules';

export type Page = 'month' | 'campaign' | 'phones' | 'history' | 'import' | 'rollouts';

/** A place within the desk, as the part of the address after `#`. */
export interface Route {
  tenant: string | undefined;
  page: Page;
  /** The campaign's id; `new` for one that is not there yet. */
  id: string | undefined;
  query: URLSearchParams;
}

/** The pages for which the API has all it takes. */
export const PAGES: readonly Page[] = [
  'month',
  'campaign',
  ...(CAN.lookAtAnyInstant ? (['phones'] as const) : []),
  ...(CAN.readBackwards && CAN.undo ? (['history'] as const) : []),
  ...(CAN.import ? (['import'] as const) : []),
  ...(CAN.rollOut ? (['rollouts'] as const) : []),
];

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => location.hash));
}

/** The address of a place, for links. Parameters that are empty are left out. */
export function href(tenant: string, page: Page, id?: string | number, query: Record<string, string> = {}): string {
  const given = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''));
  const path = [tenant, page, ...(id === undefined ? [] : [String(id)])].map(encodeURIComponent).join('/');
  return `#/${path}${given.size > 0 ? `?${given.toString()}` : ''}`;
}

export function go(address: string, { replace = false } = {}): void {
  if (replace) {
    history.replaceState(null, '', address);
    dispatchEvent(new HashChangeEvent('hashchange'));
  } else location.hash = address;
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

function parseRoute(hash: string): Route {
  const [path = '', query] = hash.replace(/^#\/?/, '').split('?');
  const [tenant, page = '', id] = path.split('/').map(decoded);
  return {
    tenant: tenant || undefined,
    page: PAGES.find((known) => known === page) ?? 'month',
    id: id || undefined,
    query: new URLSearchParams(query),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Atrium } from '../api/atrium.ts';
import type { Centre } from '../api/rows.ts';
import type { Session, SessionState } from '../session/session.ts';
import type { Settings } from '../session/settings.ts';

/** The tab's session and the service's settings. */
export interface Desk {
  session: Session;
  settings: Settings;
}

export const DeskContext = createContext<Desk | undefined>(undefined);

export function useDesk(): Desk {
  return found(useContext(DeskContext));
}

export function useSession(): SessionState {
  const { session } = useDesk();
  return useSyncExternalStore(session.subscribe, () => session.state);
}

/** The centre in sight, and a client that speaks on its behalf. */
export interface CentreInSight extends Centre {
  atrium: Atrium;
}

export const CentreContext = createContext<CentreInSight | undefined>(undefined);

/** @throws Error outside of a centre: there is no default one */
export function useCentre(): CentreInSight {
  return found(useContext(CentreContext));
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A part of the desk is used outside of its place.');
  return value;
}

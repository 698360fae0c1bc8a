import { useQuery } from '@tanstack/react-query';
import { createAtrium } from '../api/atrium.ts';
import { received } from '../api/queries.ts';
import type { Centre } from '../api/rows.ts';
import { useDesk, useSession } from './desk-context.tsx';

export interface ListedCentre {
  id: string;
  name: string;
}

const EVERY = '*';

/** The centres that the token names, with their names. A token for all centres lists them if it may. */
export function useCentres() {
  const { session, settings } = useDesk();
  const { claims } = useSession();
  const { roles = [], tenants = [] } = claims ?? {};
  const isForAll = tenants.includes(EVERY);
  return useQuery({
    queryKey: ['centres', tenants, roles],
    enabled: claims !== undefined,
    staleTime: 60_000,
    queryFn: async (): Promise<ListedCentre[]> => {
      if (isForAll && roles.includes('platform-admin')) {
        const { data } = await createAtrium(session, settings).GET('/tenants');
        return received(data).map(({ id, name }) => ({ id, name }));
      }
      // One that is suspended or gone goes by its id; opening it says why.
      const named = tenants.filter((id) => id !== EVERY);
      return Promise.all(
        named.map((id) => readCentre(createAtrium(session, settings, id)).catch(() => ({ id, name: id }))),
      );
    },
  });
}

export async function readCentre(atrium: ReturnType<typeof createAtrium>): Promise<Centre> {
  const { data } = await atrium.GET('/tenant');
  return received(data);
}

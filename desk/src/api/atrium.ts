import createClient, { type Client } from 'openapi-fetch';
import type { paths } from '../../../client/src/schema.js';
import type { Session } from '../session/session.ts';
import type { Settings } from '../session/settings.ts';
import type { Coming } from './coming.ts';
import { Problem } from './problem.ts';

export type Atrium = Client<paths>;

/**
 * A client that speaks for the person who is signed in, on behalf of one shopping centre. A call gives `data` or throws
 * Problem. A refused token makes it wait until the person has signed in again.
 */
export function createAtrium(session: Session, { tenantHeader }: Settings, tenant?: string): Atrium {
  const send = async (request: Request): Promise<Response> => {
    for (;;) {
      const { token } = session.state;
      const attempt = request.clone();
      if (token !== undefined) attempt.headers.set('authorization', `Bearer ${token}`);
      const response = await fetch(attempt).catch(() => Promise.reject(Problem.offline()));
      if (response.ok) return response;
      const problem = await Problem.of(response);
      if (response.status !== 401 || !(await session.renew(token))) throw problem;
    }
  };
  return createClient<paths>({
    baseUrl: location.origin,
    fetch: send,
    cache: 'no-store',
    headers: tenant === undefined ? {} : { [tenantHeader]: tenant },
  });
}

/** The same client, for the routes that are coming. */
export function ahead(atrium: Atrium): Client<Coming> {
  return atrium;
}

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';

/** The built page: `npm run build` writes it, and the image holds it. */
const FOLDER = fileURLToPath(new URL('../../../desk/dist/', import.meta.url));

/** Names of assets hold a hash of their bytes: a browser needs each only once. */
const ASSETS_MAX_AGE = '365d';

/** Whether the page is there: a checkout that was never built serves the API alone. */
export const IS_DESK_BUILT = existsSync(`${FOLDER}index.html`);

/** Serves the staff page at /desk, compressed beforehand. */
export async function serveDesk(server: FastifyInstance, config: Config): Promise<void> {
  if (!IS_DESK_BUILT) return;
  const settings = JSON.stringify(settingsOf(config));
  await server.register(fastifyStatic, {
    root: `${FOLDER}assets`,
    prefix: '/desk/assets/',
    wildcard: false,
    index: false,
    preCompressed: true,
    immutable: true,
    maxAge: ASSETS_MAX_AGE,
  });
  server.get('/desk', (_, reply) => reply.sendFile('index.html', FOLDER, { immutable: false, maxAge: 0 }));
  server.get('/desk/settings.json', (_, reply) =>
    reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8').send(settings),
  );
}

/** Facts of this service that the page needs before it can ask anything. */
function settingsOf({ tenantHeader, jwtIssuer, jwtAudience, oidcClientId }: Config) {
  const oidc = oidcClientId && jwtIssuer ? { issuer: jwtIssuer, clientId: oidcClientId, audience: jwtAudience } : null;
  return { tenantHeader, oidc };
}

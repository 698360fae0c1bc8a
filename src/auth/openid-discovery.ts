import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { DISCOVERY_TIMEOUT_MS } from '../config/time-limits.js';

/** The key set of an issuer, discovered at the first token (OpenID Connect Discovery 1.0, section 4). */
export function discoverKeySet(issuer: string): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | undefined;
  return async (header, token) => {
    found ??= discover(issuer).catch((thrown: unknown) => {
      found = undefined; // the next token tries again
      throw thrown;
    });
    return (await found)(header, token);
  };
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS),
    redirect: 'error',
  });
  if (!response.ok) throw new Error(`The issuer's configuration came with status ${response.status}`);
  const { issuer: named, jwks_uri: keySetUrl } = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
  // Section 4.3: the document must name exactly this issuer.
  if (named !== issuer || typeof keySetUrl !== 'string') throw new Error('The configuration is not one of the issuer');
  return createRemoteJWKSet(new URL(keySetUrl));
}

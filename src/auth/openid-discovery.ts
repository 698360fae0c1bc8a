import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';

const TIMEOUT_MS = 5_000;

/** The key set of an issuer, found when it is first needed (OpenID Connect Discovery 1.0, section 4). */
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
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'error',
  });
  if (!response.ok) throw new Error(`The issuer's configuration came with status ${response.status}`);
  const { issuer: named, jwks_uri: keySetUrl } = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
  // Section 4.3: the document must be the one of exactly this issuer.
  if (named !== issuer || typeof keySetUrl !== 'string') throw new Error('The configuration is not one of the issuer');
  return createRemoteJWKSet(new URL(keySetUrl));
}

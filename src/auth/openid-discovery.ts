import { isKeyUrl } from '../config/key-url.js';
import { DISCOVERY_TIMEOUT_MS } from '../config/time-limits.js';

/**
 * The address of an issuer's keys (OpenID Connect Discovery 1.0, section 4).
 * @throws Error when it does not say, or names a place that keys may not be fetched from
 */
export async function discoverKeySet(issuer: string, production: boolean): Promise<URL> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS),
    redirect: 'error',
  });
  if (!response.ok) throw new Error(`The issuer's configuration came with status ${response.status}`);
  const { issuer: named, jwks_uri: keySetUrl } = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
  // Section 4.3: the document must name exactly this issuer.
  if (named !== issuer || typeof keySetUrl !== 'string') throw new Error('The configuration is not one of the issuer');
  if (!isKeyUrl(keySetUrl, production))
    throw new Error(`The issuer's configuration names keys at ${keySetUrl}, which is no https URL`);
  return new URL(keySetUrl);
}

import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import type { Config } from '../config/config.js';
import { unavailable } from '../problem/problem.js';
import { discoverKeySet } from './openid-discovery.js';
import { signingSecret } from './signing-secret.js';

/** Injection token of the keys. */
export const TOKEN_KEYS = Symbol('token keys');

/** What tokens are checked with. */
export interface TokenKeys {
  algorithms: string[];
  find: JWTVerifyGetKey;
}

/**
 * Of a secret, or of the issuer's public keys: those are kept for 10 minutes, and fetched earlier, at most every
 * 30 seconds, when a token names one that is not among them.
 * @throws ConfigError when there is nothing to check tokens with
 */
export function tokenKeys(config: Config): TokenKeys {
  const secret = signingSecret(config);
  if (secret !== undefined) {
    const key = Buffer.from(secret);
    return { algorithms: ['HS256'], find: async () => key };
  }
  const keySet = config.jwksUrl ? createRemoteJWKSet(new URL(config.jwksUrl)) : discoverKeySet(config.jwtIssuer ?? '');
  return { algorithms: ['RS256', 'ES256', 'EdDSA'], find: orUnavailable(keySet) };
}

/** Keys that cannot be fetched say nothing about the token. */
function orUnavailable(keySet: JWTVerifyGetKey): JWTVerifyGetKey {
  return async (header, token) => {
    try {
      return await keySet(header, token);
    } catch (thrown) {
      const { JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported } = errors;
      if ([JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported].some((fault) => thrown instanceof fault))
        throw thrown;
      throw unavailable('keys-unavailable', 'Tokens cannot be checked just now.', 5, thrown);
    }
  };
}

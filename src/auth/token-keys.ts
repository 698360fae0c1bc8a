import { errors, type JWTVerifyGetKey } from 'jose';
import type { Config } from '../config/config.js';
import { unavailable } from '../problem/problem.js';
import { discoverKeySet } from './openid-discovery.js';
import { RemoteKeys } from './remote-keys.js';
import { signingSecret } from './signing-secret.js';

/** Injection token of the keys. */
export const TOKEN_KEYS = Symbol('token keys');

/** The keys that verify tokens, and their algorithms. */
export interface TokenKeys {
  algorithms: string[];
  find: JWTVerifyGetKey;
}

/**
 * The secret, or the issuer's public keys.
 * @throws ConfigError when no secret or issuer is configured in production
 */
export function tokenKeys(config: Config): TokenKeys {
  const secret = signingSecret(config);
  if (secret !== undefined) {
    const key = Buffer.from(secret);
    return { algorithms: ['HS256'], find: async () => key };
  }
  const { jwksUrl, jwtIssuer = '', production } = config;
  const keys = new RemoteKeys(async () => (jwksUrl ? new URL(jwksUrl) : discoverKeySet(jwtIssuer, production)));
  return { algorithms: ['RS256', 'ES256', 'EdDSA'], find: orUnavailable(keys.find) };
}

/** Answers 503 when keys cannot be fetched, since that says nothing about the token. */
function orUnavailable(keySet: JWTVerifyGetKey): JWTVerifyGetKey {
  return async (header, token) => {
    try {
      return await keySet(header, token);
    } catch (thrown) {
      const { JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported } = errors;
      if ([JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported].some((fault) => thrown instanceof fault))
        throw thrown;
      throw unavailable('keys-unavailable', 'Tokens cannot be checked just now.', thrown);
    }
  };
}
